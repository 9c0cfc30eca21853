package io.penstock.core.change;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The steps one event at the source asks for at the destination. They run in the destination transaction that is open, each in its place
 * among the rows; a step that the destination refuses is undone alone.
 *
 * @param lsn commit position of the event's transaction
 * @param micros commit time, microseconds since 1970
 * @param tables names at the destination, by oid of the source's table, of the tables to describe afterwards
 * @param awaitingCopy oids of the source's tables whose rows will be copied anew: they may be emptied where they stand in the way
 * @param someHeld whether changes of some table are held, so that what refers to its rows cannot be checked now
 * @param outcome completed by the writer; never completed when the writer fails
 */
public record DefinitionWork(
        SchemaEvent event,
        long lsn,
        long micros,
        List<SchemaChange> steps,
        Map<Integer, QualifiedName> tables,
        Set<Integer> awaitingCopy,
        boolean someHeld,
        CompletableFuture<Outcome> outcome) {
    public DefinitionWork {
        steps = List.copyOf(steps);
        tables = Map.copyOf(tables);
        awaitingCopy = Set.copyOf(awaitingCopy);
    }

    /**
     * What came of it.
     *
     * @param tables those asked for that exist, as they are now
     * @param failures by oid of the source's table, 0 for types and sequences
     * @param existing oids of the source's tables whose own were there before they were to be created
     */
    public record Outcome(
            Map<Integer, DestinationTable> tables, Map<Integer, Failure> failures, Set<Integer> existing) {}

    /**
     * What the destination refused of one table.
     *
     * @param statements what a person must run, in this order
     * @param why the server's answer
     */
    public record Failure(List<String> statements, String why) {}
}
