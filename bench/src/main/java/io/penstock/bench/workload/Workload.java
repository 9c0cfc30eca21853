package io.penstock.bench.workload;

import io.penstock.bench.database.Server;
import java.util.List;

/**
 * One thing to measure.
 *
 * @param id as on the command line
 * @param tables definitions without keys and indexes
 * @param keys keys and indexes
 * @param load statements that fill the tables; any order, side by side
 * @param sourceOnly what only the source needs, such as procedures that make changes
 * @param destination how the tables at the destination differ
 * @param changes made after every contender's starting point is set; nothing for a full copy
 * @param units rows or changes that a rate counts
 */
public record Workload(
        String id,
        String title,
        Kind kind,
        List<String> tables,
        List<String> keys,
        List<String> load,
        List<String> sourceOnly,
        Destination destination,
        Changes changes,
        long units) {
    /** Every workload that is drained has this table; a row of it is the last change. */
    public static final String MARKER = "create table bench_marker (id int primary key)";

    /**
     * Tables at the destination.
     *
     * @param settings of the session that creates them
     * @param keys whether they have keys and indexes
     */
    public record Destination(List<String> settings, boolean keys) {
        public static final Destination SAME = new Destination(List.of(), true);
    }

    /** How it is run. */
    public enum Kind {
        /** Tables are copied into an empty database. */
        FULL,
        /** Both databases are equal; changes pile up, and then the time until all of them are applied is taken. */
        DRAIN,
        /** Both databases are equal; changes come at a steady pace, and each one's way is timed. */
        LATENCY
    }

    /** Makes the changes in a database of the source; returns when all are committed. */
    public interface Changes {
        Changes NONE = (server, database) -> {};

        void make(Server server, String database);
    }

    /** The same with other tables at the destination. */
    Workload as(String newId, String newTitle, Destination other) {
        return new Workload(newId, newTitle, kind, tables, keys, load, sourceOnly, other, changes, units);
    }

    /** The databases that all runs of workloads with the same tables and rows are copied from. */
    public String template() {
        int rows = java.util.Objects.hash(tables, keys, load, sourceOnly, destination);
        return "bench_template_" + Integer.toUnsignedString(rows, 36);
    }
}
