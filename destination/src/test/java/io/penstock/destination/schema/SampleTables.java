package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables that tests write down in few words. Each method gives a changed copy. */
record SampleTables(
        int oid,
        QualifiedName name,
        List<ColumnDefinition> columns,
        List<ConstraintDefinition> constraints,
        List<IndexDefinition> indexes,
        List<QualifiedName> parents,
        @Nullable String bound,
        @Nullable String comment) {
    static SampleTables table(int oid, String name) {
        return new SampleTables(oid, QualifiedName.parse(name), List.of(), List.of(), List.of(), List.of(), null, null);
    }

    SampleTables named(String other) {
        return new SampleTables(
                oid, QualifiedName.parse(other), columns, constraints, indexes, parents, bound, comment);
    }

    SampleTables column(int number, String columnName, String type) {
        return column(number, columnName, type, null, null, false);
    }

    // Long because a column has that many properties worth a test.
    SampleTables column(
            int number,
            String columnName,
            String type,
            @Nullable String defaultExpression,
            @Nullable String missing,
            boolean notNull) {
        List<ColumnDefinition> all = new ArrayList<>(columns);
        all.removeIf(c -> c.number() == number);
        all.add(new ColumnDefinition(
                number,
                columnName,
                type,
                0,
                -1,
                'N',
                true,
                null,
                notNull,
                defaultExpression,
                missing,
                Identity.NO,
                Generated.NO,
                true,
                null));
        return new SampleTables(oid, name, all, constraints, indexes, parents, bound, comment);
    }

    /** As the task file adds one: nothing is known of its type but the name. */
    SampleTables added(int number, String columnName, String type) {
        List<ColumnDefinition> all = new ArrayList<>(columns);
        all.add(new ColumnDefinition(
                number,
                columnName,
                type,
                0,
                -1,
                ' ',
                false,
                null,
                false,
                null,
                null,
                Identity.NO,
                Generated.NO,
                true,
                null));
        return new SampleTables(oid, name, all, constraints, indexes, parents, bound, comment);
    }

    SampleTables without(int number) {
        List<ColumnDefinition> all =
                columns.stream().filter(c -> c.number() != number).toList();
        return new SampleTables(oid, name, all, constraints, indexes, parents, bound, comment);
    }

    SampleTables constraint(
            int constraintOid, String constraintName, Kind kind, String definition, String... columnNames) {
        List<ConstraintDefinition> all = new ArrayList<>(constraints);
        all.removeIf(c -> c.oid() == constraintOid);
        all.add(new ConstraintDefinition(
                constraintOid, constraintName, kind, definition, List.of(columnNames), null, true, true, null));
        return new SampleTables(oid, name, columns, all, indexes, parents, bound, comment);
    }

    SampleTables noConstraints() {
        return new SampleTables(oid, name, columns, List.of(), indexes, parents, bound, comment);
    }

    SampleTables index(int indexOid, String indexName, String tail, String... columnNames) {
        List<IndexDefinition> all = new ArrayList<>(indexes);
        all.removeIf(i -> i.oid() == indexOid);
        all.add(new IndexDefinition(
                indexOid, indexName, tail, List.of(columnNames), false, false, false, false, true, true, null));
        return new SampleTables(oid, name, columns, constraints, all, parents, bound, comment);
    }

    SampleTables partitionOf(String parent, String itsBound) {
        return new SampleTables(
                oid, name, columns, constraints, indexes, List.of(QualifiedName.parse(parent)), itsBound, comment);
    }

    SampleTables comment(@Nullable String text) {
        return new SampleTables(oid, name, columns, constraints, indexes, parents, bound, text);
    }

    TableDefinition definition() {
        return new TableDefinition(
                oid,
                name,
                TableDefinition.Kind.TABLE,
                false,
                ReplicaIdentity.DEFAULT,
                List.of(),
                null,
                columns,
                constraints,
                indexes,
                parents,
                null,
                bound,
                comment,
                -1,
                0);
    }

    static Catalog catalog(SampleTables... tables) {
        return catalog(List.of(), List.of(), tables);
    }

    static Catalog catalog(List<TypeDefinition> types, List<SequenceDefinition> sequences, SampleTables... tables) {
        return new Catalog(
                150004,
                List.of("shop"),
                List.of(),
                List.of(),
                types,
                sequences,
                List.of(tables).stream().map(SampleTables::definition).toList());
    }
}
