package io.penstock.engine.stream;

import io.penstock.core.schema.SchemaEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tables whose rows a command of the source has written anew: the source logs that before the command's end. Runs in the reader's thread. */
final class Rewrites {
    private final StreamTables tables;
    private final WaitingTables waiting;
    /** By oid, with the reason: those of a command whose end the stream has not told of yet. */
    private final Map<Integer, Integer> rewritten = new HashMap<>();

    Rewrites(StreamTables tables, WaitingTables waiting) {
        this.tables = tables;
        this.waiting = waiting;
    }

    /**
     * The event with the rewrites of the same command, which the source has logged before it; empty for such a rewrite, which means nothing
     * by itself. What a command drops on its way is told before its end, and may leave out the tables it has written anew.
     */
    Optional<SchemaEvent> completed(SchemaEvent event) {
        event.rewritten().forEach(r -> rewritten.merge(r.table(), r.reason(), (a, b) -> a | b));
        if (event.kind() == SchemaEvent.Kind.REWRITE) {
            return Optional.empty();
        }
        List<SchemaEvent.Rewrite> own = new ArrayList<>();
        Map.copyOf(rewritten).forEach((oid, reason) -> {
            if (event.kind() == SchemaEvent.Kind.CAPTURE_FAILED || event.covers(oid)) {
                own.add(new SchemaEvent.Rewrite(oid, reason));
                rewritten.remove(oid);
            }
        });
        return Optional.of(event.with(own, event.unpublished()));
    }

    /** Tables whose rows a command has written anew that the source could not log; how they are defined a check of the catalog shows. */
    List<TableStream> unlogged(SchemaEvent event, TransactionReader.Position at, DefinitionFollower.Scope scope) {
        if (event.kind() != SchemaEvent.Kind.CAPTURE_FAILED) {
            return List.of();
        }
        List<TableStream> found = new ArrayList<>();
        for (SchemaEvent.Rewrite rewrite : event.rewritten()) {
            TableStream table = tables.get(rewrite.table());
            boolean concerned = scope.takes(table, rewrite.table()) && !tables.past(rewrite.table(), at);
            if (table == null || !concerned) {
                continue;
            }
            if (table.held() && !table.replaying()) {
                waiting.copyAgain(rewrite.table(), false);
            } else if (table.mapping().holdsRows()) {
                found.add(table);
            }
        }
        return found;
    }
}
