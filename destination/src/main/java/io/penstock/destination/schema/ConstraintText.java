package io.penstock.destination.schema;

import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A constraint as the destination can have it.
 *
 * @param definition null when it cannot have it at all; a note says why
 */
record ConstraintText(@Nullable String definition, List<String> notes) {
    private static final String TEMPORAL = " WITHOUT OVERLAPS";
    private static final String NULLS_NOT_DISTINCT = " NULLS NOT DISTINCT";
    static final String DEFERRABLE = " DEFERRABLE";
    static final String DEFERRED = " INITIALLY DEFERRED";
    static final String NOT_VALID = " NOT VALID";
    static final String NOT_ENFORCED = " NOT ENFORCED";

    ConstraintText {
        notes = List.copyOf(notes);
    }

    static ConstraintText of(Dialect dialect, TableDefinition table, ConstraintDefinition constraint) {
        String obstacle = obstacle(dialect, table, constraint);
        if (obstacle != null) {
            return new ConstraintText(null, List.of(obstacle + "; left out"));
        }
        String definition = constraint.definition();
        List<String> notes = new ArrayList<>();
        if (QuotedText.contains(definition, TEMPORAL) && !dialect.can(Feature.TEMPORAL_CONSTRAINTS)) {
            // Where nothing overlaps nothing is equal, so that the plain key holds as well, and rows are found by it.
            definition = (constraint.kind() == Kind.PRIMARY_KEY ? "PRIMARY KEY" : "UNIQUE")
                    + constraint.columns().stream().map(dialect::quote).collect(Collectors.joining(", ", " (", ")"));
            notes.add(dialect.describe() + " knows no WITHOUT OVERLAPS; here plain uniqueness");
        }
        return new ConstraintText(distinctNulls(dialect, definition, notes), notes);
    }

    /** Also for the text of an index. */
    static String distinctNulls(Dialect dialect, String definition, List<String> notes) {
        if (dialect.can(Feature.NULLS_NOT_DISTINCT) || !QuotedText.contains(definition, NULLS_NOT_DISTINCT)) {
            return definition;
        }
        notes.add(dialect.describe() + " knows no NULLS NOT DISTINCT; here several NULLs are allowed");
        return QuotedText.remove(definition, NULLS_NOT_DISTINCT);
    }

    private static @Nullable String obstacle(Dialect dialect, TableDefinition table, ConstraintDefinition constraint) {
        String definition = constraint.definition();
        boolean partitioned = table.kind() == TableDefinition.Kind.PARTITIONED;
        boolean late = constraint.kind() != Kind.FOREIGN_KEY && QuotedText.contains(definition, DEFERRABLE);
        if (late && !dialect.defersKeys(table)) {
            // Checked at once, it would refuse rows half-way through a transaction that the source has let through.
            return "the key is checked late, which tables of this storage cannot have";
        }
        if (constraint.kind() == Kind.PRIMARY_KEY || constraint.kind() == Kind.UNIQUE) {
            return dialect.uniqueObstacle(table, constraint.columns());
        }
        String exclusion = constraint.kind() == Kind.EXCLUSION ? exclusionObstacle(dialect, table, constraint) : null;
        if (exclusion != null) {
            return exclusion;
        }
        if (QuotedText.contains(definition, NOT_ENFORCED) && !dialect.can(Feature.UNENFORCED_CONSTRAINTS)) {
            return "not enforced at the source, and " + dialect.describe() + " knows only enforced ones";
        }
        if (constraint.kind() == Kind.EXCLUSION
                && partitioned
                && !dialect.can(Feature.EXCLUSION_ON_PARTITIONED_TABLES)) {
            return dialect.describe() + " has no exclusion constraints on partitioned tables";
        }
        return constraint.kind() == Kind.FOREIGN_KEY ? foreignKeyObstacle(dialect, partitioned, definition) : null;
    }

    /** What it keeps apart must meet on one segment, and only equal values do. */
    private static @Nullable String exclusionObstacle(
            Dialect dialect, TableDefinition table, ConstraintDefinition constraint) {
        if (!dialect.can(Feature.EXCLUSION_CONSTRAINTS)) {
            return dialect.describe() + " has no exclusion constraints";
        }
        List<String> equal = constraint.columns().stream()
                .filter(c -> List.of("(", ", ").stream()
                        .anyMatch(before ->
                                QuotedText.contains(constraint.definition(), before + dialect.quote(c) + " WITH =")))
                .toList();
        return dialect.uniqueObstacle(table, equal);
    }

    private static @Nullable String foreignKeyObstacle(Dialect dialect, boolean partitioned, String definition) {
        boolean temporal = QuotedText.contains(definition, " PERIOD ");
        if (temporal && !dialect.can(Feature.TEMPORAL_CONSTRAINTS)) {
            return dialect.describe() + " has no foreign keys over periods";
        }
        boolean columns =
                QuotedText.contains(definition, " SET NULL (") || QuotedText.contains(definition, " SET DEFAULT (");
        if (columns && !dialect.can(Feature.REFERENTIAL_ACTION_COLUMNS)) {
            return dialect.describe() + " cannot limit ON DELETE SET to some columns";
        }
        boolean unvalidated = partitioned && QuotedText.contains(definition, NOT_VALID);
        if (unvalidated && !dialect.can(Feature.UNVALIDATED_KEYS_ON_PARTITIONED_TABLES)) {
            return "not validated at the source, and " + dialect.describe()
                    + " validates those of partitioned tables always";
        }
        return null;
    }
}
