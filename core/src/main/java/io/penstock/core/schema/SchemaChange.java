package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.task.DdlKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One step that brings the destination's definitions forward. Steps of one difference run in their order, each only when
 * {@code doneSql} answers false.
 *
 * @param tableOid the source's table, 0 for a type, sequence or schema
 * @param source the object's name at the source
 * @param kind what must be followed for it; empty: always followed, such as types and sequences
 * @param object for a person
 * @param stage a step of {@link Stage#WHEN_CONSISTENT} reads other tables: it needs them complete
 * @param skipped the task does not follow this kind; there are no statements, a note tells the consequence
 * @param ahead must be committed by itself, after the steps before it and before the rows that follow can use it
 * @param doneSql query of one boolean: done already
 * @param copy the table's rows must be copied again afterwards
 * @param byHand what a person may do instead, where the destination refuses the step
 */
public record SchemaChange(
        int tableOid,
        QualifiedName source,
        Optional<DdlKind> kind,
        String object,
        Stage stage,
        List<String> statements,
        boolean skipped,
        boolean ahead,
        String doneSql,
        boolean copy,
        List<String> notes,
        ByHand byHand) {
    /** Never done before: it runs in the transaction that carries the rows around it. */
    public static final String NOT_DONE = "select false";

    /**
     * The part of a person.
     *
     * @param statements no row is lost by them, whatever the table holds
     * @param doneSql query of one boolean: a person has done it; where running the step again does no harm, {@link #NOT_DONE}
     */
    public record ByHand(List<String> statements, String doneSql) {
        public ByHand {
            statements = List.copyOf(statements);
        }
    }

    public SchemaChange {
        statements = List.copyOf(statements);
        notes = List.copyOf(notes);
    }

    /** An ordinary step. */
    public static SchemaChange of(
            int tableOid, QualifiedName source, Optional<DdlKind> kind, String object, List<String> statements) {
        return new SchemaChange(
                tableOid,
                source,
                kind,
                object,
                Stage.BEFORE_COPY,
                statements,
                false,
                false,
                NOT_DONE,
                false,
                List.of(),
                new ByHand(statements, NOT_DONE));
    }

    public SchemaChange withStage(Stage other) {
        return new SchemaChange(
                tableOid, source, kind, object, other, statements, skipped, ahead, doneSql, copy, notes, byHand);
    }

    public SchemaChange withNotes(List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return new SchemaChange(
                tableOid, source, kind, object, stage, statements, skipped, ahead, doneSql, copy, all, byHand);
    }

    public SchemaChange unlessDone(String sql) {
        return new SchemaChange(
                tableOid, source, kind, object, stage, statements, skipped, ahead, sql, copy, notes, byHand);
    }

    public SchemaChange asAhead() {
        return new SchemaChange(
                tableOid, source, kind, object, stage, statements, skipped, true, doneSql, copy, notes, byHand);
    }

    public SchemaChange withCopy(boolean again) {
        return new SchemaChange(
                tableOid,
                source,
                kind,
                object,
                stage,
                statements,
                skipped,
                ahead,
                doneSql,
                copy || again,
                notes,
                byHand);
    }

    /** @param sql query of one boolean: whether a person has made this step already */
    public SchemaChange unlessDoneByHand(String sql) {
        return withByHand(new ByHand(byHand.statements(), sql));
    }

    public SchemaChange withByHand(ByHand other) {
        return new SchemaChange(
                tableOid, source, kind, object, stage, statements, skipped, ahead, doneSql, copy, notes, other);
    }

    /** Nothing is to be run, for the reason given. */
    public SchemaChange withoutStatements(String why) {
        return new SchemaChange(
                tableOid, source, kind, object, stage, List.of(), false, ahead, doneSql, copy, List.of(why), byHand);
    }

    public SchemaChange asSkipped(String consequence) {
        return new SchemaChange(
                        tableOid, source, kind, object, stage, List.of(), true, ahead, doneSql, false, notes, byHand)
                .withNotes(List.of(consequence));
    }
}
