package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.util.List;

/**
 * One change of definitions as the source logged it, inside the transaction that made it and at its place among the rows.
 *
 * @param id number in the source's log; not in the order of commits
 * @param tag the command, such as {@code ALTER TABLE}; the reason when the capture failed
 * @param query what the user sent, perhaps more than this command, perhaps cut; for people, never to be replayed
 * @param image the affected tables with everything they inherit from, their types and sequences, as they are after the command; types
 *     alone where only types changed; empty where nothing remains
 * @param dropped tables, types, sequences and schemas that are gone
 * @param rewritten tables whose rows the command wrote anew
 * @param unpublished tables of which the stream does not hold every row: they must be published ({@code SourceSetup.addToPublication})
 *     and copied
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

    /** The same with others written anew and others to be published and copied. */
    public SchemaEvent with(List<Rewrite> otherRewritten, List<Integer> otherUnpublished) {
        return new SchemaEvent(id, kind, tag, query, image, dropped, otherRewritten, otherUnpublished);
    }

    /** The same with another picture. */
    public SchemaEvent withImage(Catalog other) {
        return new SchemaEvent(id, kind, tag, query, other, dropped, rewritten, unpublished);
    }

    /** Whether it tells what became of the table. */
    public boolean covers(int table) {
        return image.tables().stream().anyMatch(t -> t.oid() == table)
                || dropped.stream().anyMatch(d -> d.kind() == ObjectKind.TABLE && d.oid() == table);
    }

    /** What the source noticed. */
    public enum Kind {
        /** A command ended. */
        COMMAND,
        /** Objects were dropped, by a command of their own or as part of another, whose COMMAND then follows. */
        DROP,
        /** A table's rows are about to be written anew; the COMMAND follows. */
        REWRITE,
        /** The source could not describe what happened: definitions must be read again. */
        CAPTURE_FAILED
    }

    /** What kind of object was dropped. */
    public enum ObjectKind {
        TABLE,
        TYPE,
        SEQUENCE,
        SCHEMA
    }

    /** @param name for a schema, both parts are its name */
    public record Dropped(ObjectKind kind, int oid, QualifiedName name) {}

    /** @param reason bits of {@code pg_event_trigger_table_rewrite_reason}: 1 persistence, 2 default, 4 type, 8 access method */
    public record Rewrite(int table, int reason) {}
}
