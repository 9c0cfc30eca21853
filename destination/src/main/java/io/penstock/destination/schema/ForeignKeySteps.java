package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the statements of foreign keys: added unvalidated, which takes its lock for a moment only, then validated while both tables
 * may be written. Pure.
 */
final class ForeignKeySteps {
    private final Dialect dialect;
    private final TableFamily family;

    ForeignKeySteps(Dialect dialect, TableFamily family) {
        this.dialect = dialect;
        this.family = family;
    }

    List<SchemaStep> steps(TableDefinition table) {
        List<SchemaStep> steps = new ArrayList<>();
        for (ConstraintDefinition constraint : table.constraints()) {
            // A partition's comes with its parent's.
            if (constraint.kind() == Kind.FOREIGN_KEY && constraint.local()) {
                add(steps, table, constraint);
            }
        }
        return steps;
    }

    private void add(List<SchemaStep> steps, TableDefinition table, ConstraintDefinition key) {
        String object = "foreign key " + key.name() + " on " + table.name();
        ConstraintText text = text(table, key);
        if (text.definition() == null) {
            steps.add(new SchemaStep(
                    Stage.WHEN_CONSISTENT, table.name(), object, ExistsSql.NOTHING_TO_DO, List.of(), text.notes()));
            return;
        }
        boolean later = key.validated() && validatesLater(table, text.definition());
        List<String> notes = new ArrayList<>(text.notes());
        if (!dialect.can(Feature.ENFORCED_FOREIGN_KEYS)) {
            notes.add(dialect.describe() + " keeps foreign keys as a remark and does not enforce them");
        }
        List<String> statements = new ArrayList<>();
        statements.add("ALTER TABLE " + dialect.quote(table.name()) + " ADD CONSTRAINT " + dialect.quote(key.name())
                + " " + text.definition() + (later ? ConstraintText.NOT_VALID : ""));
        if (key.comment() != null) {
            statements.add("COMMENT ON CONSTRAINT " + dialect.quote(key.name()) + " ON " + dialect.quote(table.name())
                    + " IS " + ExistsSql.literal(key.comment()));
        }
        steps.add(new SchemaStep(
                Stage.WHEN_CONSISTENT,
                table.name(),
                object,
                ExistsSql.constraint(table.name(), key.name()),
                statements,
                notes));
        if (later) {
            steps.add(validation(table, key));
        }
    }

    boolean possible(TableDefinition table, ConstraintDefinition key) {
        return text(table, key).definition() != null;
    }

    private ConstraintText text(TableDefinition table, ConstraintDefinition key) {
        QualifiedName referenced = key.references();
        if (referenced != null && !family.contains(referenced)) {
            return new ConstraintText(
                    null, List.of("the referenced table " + referenced + " is not selected; left out"));
        }
        if (referenced != null && !dialect.can(Feature.ENFORCED_FOREIGN_KEYS)) {
            String obstacle = obstacleToRemark(table, referenced, key);
            if (obstacle != null) {
                return new ConstraintText(null, List.of(obstacle + "; left out, since it would not be enforced"));
            }
        }
        return ConstraintText.of(dialect, table, key);
    }

    /** A foreign key that is not enforced brings triggers all the same, which column-oriented tables refuse when rows come. */
    private @Nullable String obstacleToRemark(
            TableDefinition table, QualifiedName referenced, ConstraintDefinition key) {
        Optional<TableDefinition> other = family.table(referenced);
        if (other.isEmpty()) {
            return "how " + referenced + " is stored is not known here";
        }
        if (isAppended(table) || isAppended(other.get())) {
            return "append-optimized tables do not take the triggers that it brings";
        }
        return lacksKey(other.get(), key)
                ? "the unique key of " + referenced + " that it refers to is not there"
                : null;
    }

    private boolean isAppended(TableDefinition table) {
        return dialect.layout(table.oid())
                .storage()
                .name()
                .filter(s -> !s.equals("heap"))
                .isPresent();
    }

    /** Whether the key that the foreign key needs is one of those that the destination cannot have. */
    private boolean lacksKey(TableDefinition referenced, ConstraintDefinition key) {
        String before = " REFERENCES " + dialect.quote(referenced.name()) + "(";
        int from = key.definition().indexOf(before) + before.length();
        int to = key.definition().indexOf(')', from);
        if (from < before.length() || to < 0) {
            return false;
        }
        Set<String> columns = Set.of(key.definition().substring(from, to).split(", "));
        Stream<List<String>> unique = Stream.concat(
                referenced.constraints().stream()
                        .filter(c -> c.kind() == Kind.PRIMARY_KEY || c.kind() == Kind.UNIQUE)
                        .map(ConstraintDefinition::columns),
                referenced.indexes().stream()
                        .filter(i -> i.unique() && !i.constraint())
                        .map(IndexDefinition::columns));
        List<List<String>> fitting = unique.filter(own -> own.stream()
                        .map(dialect::quote)
                        .collect(Collectors.toSet())
                        .equals(columns))
                .toList();
        return !fitting.isEmpty() && fitting.stream().allMatch(k -> dialect.uniqueObstacle(referenced, k) != null);
    }

    private boolean validatesLater(TableDefinition table, String definition) {
        return dialect.can(Feature.ENFORCED_FOREIGN_KEYS)
                && !QuotedText.contains(definition, ConstraintText.NOT_ENFORCED)
                && (table.kind() != TableDefinition.Kind.PARTITIONED
                        || dialect.can(Feature.UNVALIDATED_KEYS_ON_PARTITIONED_TABLES));
    }

    private SchemaStep validation(TableDefinition table, ConstraintDefinition key) {
        return new SchemaStep(
                Stage.WHEN_CONSISTENT,
                table.name(),
                "validation of foreign key " + key.name() + " on " + table.name(),
                ExistsSql.validated(table.name(), key.name()),
                List.of("ALTER TABLE " + dialect.quote(table.name()) + " VALIDATE CONSTRAINT "
                        + dialect.quote(key.name())),
                List.of());
    }
}
