package io.penstock.core.change;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The steps one event at the source asks for at the destination. They run in the destination transaction that is open, each in its place
 * among the rows; when the destination refuses one, all of them are undone.
 *
 * @param lsn commit position of the event's transaction
 * @param micros commit time, microseconds since 1970
 * @param tables names at the destination, by oid of the source's table, of the tables to describe afterwards
 * @param awaitingCopy oids of the source's tables whose rows will be copied anew: they may be emptied where they stand in the way
 * @param someHeld whether changes of some table are held, so that what refers to its rows cannot be checked now
 * @param resumed oids of the source's tables of which a person may have made some steps already
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
        Set<Integer> resumed,
        CompletableFuture<Outcome> outcome) {
    public DefinitionWork {
        steps = List.copyOf(steps);
        tables = Map.copyOf(tables);
        awaitingCopy = Set.copyOf(awaitingCopy);
        resumed = Set.copyOf(resumed);
    }

    /**
     * What came of it.
     *
     * @param tables those asked for that exist, as they are now
     * @param existing oids of the source's tables whose own were there before they were to be created
     * @param byHand oids of the source's tables whose columns a person has changed, so that nobody knows what their values are
     * @param refused null when everything was done; otherwise nothing was
     */
    public record Outcome(
            Map<Integer, DestinationTable> tables,
            Set<Integer> existing,
            Set<Integer> byHand,
            @Nullable Refused refused) {
        public static Outcome refused(int table, String why) {
            return new Outcome(Map.of(), Set.of(), Set.of(), new Refused(table, why));
        }
    }

    /**
     * The step that the destination refused.
     *
     * @param table oid of the source's table, 0 for a type, sequence or schema
     * @param why the server's answer
     */
    public record Refused(int table, String why) {}
}
