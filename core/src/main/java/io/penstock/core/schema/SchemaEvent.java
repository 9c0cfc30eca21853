package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.util.List;

/**
 * One change of definitions as the source logged it.
 *
 * @param id its number in the source's log
 * @param tag the command, such as {@code ALTER TABLE}
 * @param query the text the user ran, for a person; it is never executed
 * @param image the affected tables with their ancestors and descendants, and the types and sequences they need, after the command
 * @param dropped what is gone
 * @param rewritten tables whose rows were written anew
 * @param unpublished new tables whose rows do not arrive in the stream
 */
public record SchemaEvent(
        long id,
        Kind kind,
        String tag,
        String query,
        Catalog image,
        List<Dropped> dropped,
        List<Rewrite> rewritten,
        List<Integer> unpublished) {
    public SchemaEvent {
        dropped = List.copyOf(dropped);
        rewritten = List.copyOf(rewritten);
        unpublished = List.copyOf(unpublished);
    }

    /** What the source noticed. */
    public enum Kind {
        COMMAND,
        DROP,
        REWRITE,
        CAPTURE_FAILED
    }

    /** What a dropped object was. */
    public enum ObjectKind {
        TABLE,
        TYPE,
        SEQUENCE,
        SCHEMA
    }

    public record Dropped(ObjectKind kind, int oid, QualifiedName name) {}

    /** @param reason bits of {@code pg_event_trigger_table_rewrite_reason()} */
    public record Rewrite(int table, int reason) {}
}
