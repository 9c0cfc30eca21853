package io.penstock.destination.schema;

import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.dialect.Dialect;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the statements for keys, indexes, checks and exclusion constraints of one table. Pure.
 *
 * <p>Partitions get theirs under their own names before the parent; when the parent's is created, PostgreSQL finds the equal ones and
 * attaches them instead of building new ones.
 */
final class IndexSteps {
    private final Dialect dialect;

    private record Ranked(int rank, String name, SchemaStep step) {}

    IndexSteps(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The key first: from then on rows are found quickly and duplicates of the copy come to light. */
    List<SchemaStep> steps(TableDefinition table) {
        List<Ranked> steps = new ArrayList<>();
        for (ConstraintDefinition constraint : table.constraints()) {
            if (constraint.kind() != Kind.FOREIGN_KEY && (constraint.kind() != Kind.CHECK || constraint.local())) {
                int rank = constraint.name().equals(table.keyIndex()) ? 0 : rank(constraint.kind());
                steps.add(new Ranked(rank, constraint.name(), constraint(table, constraint)));
            }
        }
        for (IndexDefinition index : table.indexes()) {
            if (!index.constraint()) {
                int rank = index.name().equals(table.keyIndex()) ? 0 : index.unique() ? 2 : 3;
                steps.add(new Ranked(rank, index.name(), index(table, index)));
            }
        }
        return steps.stream()
                .sorted(Comparator.comparing(Ranked::rank).thenComparing(Ranked::name))
                .map(Ranked::step)
                .toList();
    }

    private static int rank(Kind kind) {
        return switch (kind) {
            case PRIMARY_KEY, UNIQUE -> 1;
            case CHECK -> 4;
            case EXCLUSION -> 5;
            case FOREIGN_KEY -> 6;
        };
    }

    private SchemaStep constraint(TableDefinition table, ConstraintDefinition constraint) {
        IndexDefinition behind = indexBehind(table, constraint);
        ConstraintText text = behind == null || behind.valid()
                ? ConstraintText.of(dialect, table, constraint)
                : new ConstraintText(null, List.of("its index is invalid at the source; left out"));
        String object = word(constraint.kind()) + " " + constraint.name() + " on " + table.name();
        if (text.definition() == null) {
            return skipped(table, object, text.notes());
        }
        List<String> notes = new ArrayList<>(text.notes());
        noteKey(table, constraint.name(), notes);
        String onTable = dialect.quote(constraint.name()) + " ON " + dialect.quote(table.name());
        List<String> statements = new ArrayList<>();
        boolean wished = WishedKey.is(constraint);
        statements.add("ALTER TABLE " + dialect.quote(table.name()) + " ADD CONSTRAINT "
                + dialect.quote(wished ? WishedKey.name(table) : constraint.name()) + " " + text.definition());
        comment(statements, "CONSTRAINT " + onTable, constraint.comment());
        if (behind != null) {
            comment(statements, "INDEX " + indexName(table, behind), behind.comment());
        }
        return new SchemaStep(
                Stage.AFTER_COPY,
                table.name(),
                object,
                wished
                        ? ExistsSql.primaryKey(table.name(), text.definition())
                        : ExistsSql.constraint(table.name(), constraint.name()),
                statements,
                notes);
    }

    /** No second index is made for a primary key over the same columns. */
    private void noteKey(TableDefinition table, String name, List<String> notes) {
        if (dialect.distributes() && name.equals(table.keyIndex()) && !LayoutChooser.hasPrimaryKey(table)) {
            notes.add("stands for a primary key, which the source does not have: rows are found by it");
        }
    }

    private static @Nullable IndexDefinition indexBehind(TableDefinition table, ConstraintDefinition constraint) {
        return table.indexes().stream()
                .filter(index -> index.constraint() && index.name().equals(constraint.name()))
                .findFirst()
                .orElse(null);
    }

    private SchemaStep index(TableDefinition table, IndexDefinition index) {
        String object = "index " + index.name() + " on " + table.name();
        if (!index.valid()) {
            return skipped(table, object, List.of("invalid at the source; left out"));
        }
        String obstacle = index.unique() ? dialect.uniqueObstacle(table, index.columns()) : null;
        if (obstacle != null) {
            return skipped(table, object, List.of(obstacle + "; left out"));
        }
        List<String> notes = new ArrayList<>();
        noteKey(table, index.name(), notes);
        String tail = ConstraintText.distinctNulls(dialect, index.tail(), notes);
        List<String> statements = new ArrayList<>();
        statements.add((index.unique() ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + dialect.quote(index.name())
                + " ON " + dialect.quote(table.name()) + " " + tail);
        comment(statements, "INDEX " + indexName(table, index), index.comment());
        return new SchemaStep(
                Stage.AFTER_COPY, table.name(), object, ExistsSql.index(table.name(), index.name()), statements, notes);
    }

    private static SchemaStep skipped(TableDefinition table, String object, List<String> notes) {
        return new SchemaStep(Stage.AFTER_COPY, table.name(), object, ExistsSql.NOTHING_TO_DO, List.of(), notes);
    }

    private String indexName(TableDefinition table, IndexDefinition index) {
        return dialect.quote(table.name().schema()) + "." + dialect.quote(index.name());
    }

    private static void comment(List<String> statements, String object, @Nullable String comment) {
        if (comment != null) {
            statements.add("COMMENT ON " + object + " IS " + ExistsSql.literal(comment));
        }
    }

    private static String word(Kind kind) {
        return switch (kind) {
            case PRIMARY_KEY -> "primary key";
            case UNIQUE -> "unique constraint";
            case CHECK -> "check";
            case EXCLUSION -> "exclusion constraint";
            case FOREIGN_KEY -> "foreign key";
        };
    }
}
