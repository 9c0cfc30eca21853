package io.penstock.destination.schema;

import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.destination.dialect.Dialect;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a catalog into the steps that create it at the destination, in an order in which they succeed. Pure: the same catalog gives
 * the same steps. A step can be run again after an interruption anywhere.
 *
 * <p>Not created: extensions and functions (the precheck names the missing ones), triggers, rules, policies, grants, owners,
 * tablespaces, storage parameters, statistics objects, replica identities. What the destination's version cannot do as the source
 * does carries a note.
 */
public final class SchemaPlanner {
    private final Dialect dialect;

    public SchemaPlanner(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Ordered by stage. */
    public List<SchemaStep> plan(Catalog catalog) {
        TableFamily family = new TableFamily(catalog);
        List<SchemaStep> steps = new ArrayList<>();
        beforeCopy(steps, catalog, family);
        afterCopy(steps, catalog, family);
        ForeignKeySteps foreignKeys = new ForeignKeySteps(dialect, family);
        catalog.tables().forEach(table -> steps.addAll(foreignKeys.steps(table)));
        return steps;
    }

    private void beforeCopy(List<SchemaStep> steps, Catalog catalog, TableFamily family) {
        catalog.schemas().forEach(schema -> steps.add(schema(schema)));
        TypeSteps types = new TypeSteps(dialect);
        for (TypeDefinition type : catalog.types()) {
            steps.add(types.create(type));
        }
        SequenceSteps sequences = new SequenceSteps(dialect);
        catalog.sequences().stream()
                .filter(sequence -> !sequence.identity())
                .forEach(sequence -> steps.add(sequences.create(sequence)));
        TableSteps tables = new TableSteps(dialect, family, catalog);
        catalog.tables().forEach(table -> steps.add(tables.create(table)));
    }

    private void afterCopy(List<SchemaStep> steps, Catalog catalog, TableFamily family) {
        IndexSteps indexes = new IndexSteps(dialect);
        family.childrenFirst().forEach(table -> steps.addAll(indexes.steps(table)));
        SequenceSteps sequences = new SequenceSteps(dialect);
        for (SequenceDefinition sequence : catalog.sequences()) {
            if (!sequence.identity() && sequence.ownerTable() != null) {
                steps.add(sequences.own(sequence));
            }
            sequences.type(sequence, catalog).ifPresent(steps::add);
        }
        for (TableDefinition table : catalog.tables()) {
            List<String> comments = comments(table);
            if (!comments.isEmpty()) {
                steps.add(repeatable(table, "comments on " + table.name(), comments));
            }
            if (dialect.distributes() && table.kind() == TableDefinition.Kind.TABLE) {
                // Nothing does it by itself there, and how rows are found depends on how many there are.
                String analyze = "ANALYZE " + dialect.quote(table.name());
                steps.add(repeatable(table, "statistics of " + table.name(), List.of(analyze)));
            }
        }
    }

    private static SchemaStep repeatable(TableDefinition table, String object, List<String> statements) {
        return new SchemaStep(Stage.AFTER_COPY, table.name(), object, ExistsSql.REPEATABLE, statements, List.of());
    }

    SchemaStep schema(String name) {
        return new SchemaStep(
                Stage.BEFORE_COPY,
                null,
                "schema " + name,
                ExistsSql.schema(name),
                List.of("CREATE SCHEMA " + dialect.quote(name)),
                List.of());
    }

    /** Of the table and its columns. */
    List<String> comments(TableDefinition table) {
        List<String> comments = new ArrayList<>();
        String name = dialect.quote(table.name());
        if (table.comment() != null) {
            comments.add("COMMENT ON TABLE " + name + " IS " + ExistsSql.literal(table.comment()));
        }
        for (ColumnDefinition column : table.columns()) {
            if (column.comment() != null) {
                comments.add("COMMENT ON COLUMN " + name + "." + dialect.quote(column.name()) + " IS "
                        + ExistsSql.literal(column.comment()));
            }
        }
        return comments;
    }
}
