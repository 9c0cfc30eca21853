package io.penstock.destination.progress;

import io.penstock.postgres.server.ServerFacts;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tables of schema {@code penstock}, by name. */
final class ProgressSchema {
    static final Map<String, String> TABLES = tables();

    private ProgressSchema() {}

    /**
     * What follows the columns. On a parallel server all rows of a task lie on one segment, so that a commit concerns as few segments as its
     * data allows; and in heaps, whatever the default is, because they are updated with every batch.
     */
    static String ending(ServerFacts facts) {
        if (!facts.family().isParallel()) {
            return "";
        }
        return (facts.version().atLeast(12) ? " using heap" : " with (appendonly=false)") + " distributed by (task)";
    }

    // Long because all tables stand here as they are created.
    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("progress", """
                task text not null,
                lane int not null,
                system_id text not null,
                timeline int not null,
                slot text not null,
                applied_lsn pg_lsn not null,
                commit_time timestamptz,
                heartbeat bigint not null,
                state text not null,
                phase text not null,
                error text,
                updated_at timestamptz not null,
                primary key (task, lane)""");
        tables.put("progress_tables", """
                task text not null,
                source text not null,
                destination text not null,
                mapping text not null,
                state text not null,
                snapshot text,
                insert_lsn pg_lsn not null,
                rows_copied bigint not null,
                bytes_copied bigint not null,
                rows_estimated bigint not null,
                inserts bigint not null,
                updates bigint not null,
                deletes bigint not null,
                error text,
                primary key (task, source)""");
        tables.put("progress_chunks", """
                task text not null,
                source text not null,
                chunk int not null,
                rows_copied bigint not null,
                primary key (task, source, chunk)""");
        tables.put("progress_omitted", """
                task text not null,
                source text not null,
                kind text not null,
                omitted bigint not null,
                primary key (task, source, kind)""");
        tables.put("left_rows", """
                task text not null,
                source text not null,
                destination text not null,
                mapping text not null,
                primary key (task, source, destination)""");
        tables.put("images", """
                task text not null,
                kind text not null,
                object bigint not null,
                position bigint not null,
                image text not null,
                primary key (task, kind, object)""");
        tables.put("ddl_history", """
                seq bigserial,
                task text not null,
                id bigint not null,
                lsn pg_lsn not null,
                at timestamptz not null,
                tag text not null,
                object text not null,
                query text not null,
                result text not null,
                statement text not null,
                error text,
                primary key (task, seq)""");
        tables.put("quarantine", """
                task text not null,
                source text not null,
                seq bigint not null,
                lsn pg_lsn not null,
                xid bigint not null,
                kind text not null,
                message bytea not null,
                primary key (task, source, seq)""");
        return tables;
    }
}
