package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes the statements that create tables without indexes and constraints, ready to be copied into. Pure. */
final class TableSteps {
    private final Dialect dialect;
    private final TableFamily family;
    private final Catalog catalog;
    private final InheritedColumns inherited;

    TableSteps(Dialect dialect, TableFamily family, Catalog catalog) {
        this.dialect = dialect;
        this.family = family;
        this.catalog = catalog;
        this.inherited = new InheritedColumns(family);
    }

    SchemaStep create(TableDefinition table) {
        List<String> notes = new ArrayList<>();
        if (table.unlogged()) {
            notes.add(
                    "unlogged at the source; here an ordinary table, so that a crash of the destination does not empty it");
        }
        List<String> statements = table.isPartition() ? partition(table, notes) : standalone(table, notes);
        return new SchemaStep(
                Stage.BEFORE_COPY,
                table.name(),
                "table " + table.name(),
                ExistsSql.relation(table.name()),
                statements,
                notes);
    }

    /** The same without its place among partitions: to be attached once its indexes are there, so that they keep their names. */
    SchemaStep createApart(TableDefinition table) {
        List<String> notes = new ArrayList<>();
        String create =
                "CREATE TABLE " + dialect.quote(table.name()) + columns(table, table.columns(), notes) + ending(table);
        return new SchemaStep(
                Stage.BEFORE_COPY,
                table.name(),
                "table " + table.name(),
                ExistsSql.relation(table.name()),
                List.of(create),
                notes);
    }

    /**
     * A partition that was attached may have its columns in another order, or other defaults, than its parent; PARTITION OF would give
     * it the parent's.
     */
    private List<String> partition(TableDefinition table, List<String> notes) {
        String name = dialect.quote(table.name());
        String parent = dialect.quote(table.parents().get(0));
        if (!dialect.can(Feature.DECLARATIVE_PARTITIONS)) {
            notes.add("an inheritance child here: " + dialect.describe()
                    + " has no PARTITION OF; rows are written to it directly");
            return List.of(
                    "CREATE TABLE " + name + columns(table, table.columns(), notes) + ending(table),
                    "ALTER TABLE " + name + " INHERIT " + parent);
        }
        if (inherited.partitionLikeParent(table)) {
            return List.of("CREATE TABLE " + name + " PARTITION OF " + parent + "\n    " + table.bound()
                    + partitionBy(table) + dialect.storageClause(table));
        }
        return List.of(
                "CREATE TABLE " + name + columns(table, table.columns(), notes) + ending(table),
                "ALTER TABLE " + parent + " ATTACH PARTITION " + name + " " + table.bound());
    }

    private List<String> standalone(TableDefinition table, List<String> notes) {
        String create = "CREATE TABLE " + dialect.quote(table.name());
        List<String> parents = table.parents().stream().map(dialect::quote).toList();
        if (parents.isEmpty()) {
            return List.of(create + columns(table, table.columns(), notes) + ending(table));
        }
        if (inherited.childLikeParents(table)) {
            List<ColumnDefinition> own =
                    table.columns().stream().filter(ColumnDefinition::local).toList();
            return List.of(create + columns(table, own, notes) + "\nINHERITS (" + String.join(", ", parents) + ")"
                    + ending(table));
        }
        List<String> statements = new ArrayList<>();
        statements.add(create + columns(table, table.columns(), notes) + ending(table));
        parents.forEach(p -> statements.add("ALTER TABLE " + dialect.quote(table.name()) + " INHERIT " + p));
        return statements;
    }

    private String partitionBy(TableDefinition table) {
        boolean partitioned = table.partitionKey() != null && dialect.can(Feature.DECLARATIVE_PARTITIONS);
        return !partitioned ? "" : "\nPARTITION BY " + table.partitionKey();
    }

    private String ending(TableDefinition table) {
        return partitionBy(table) + dialect.storageClause(table) + dialect.distributionClause(table);
    }

    private String columns(TableDefinition table, List<ColumnDefinition> columns, List<String> notes) {
        if (columns.isEmpty()) {
            return " ()";
        }
        return columns.stream()
                .map(column -> "\n    " + column(table, column, notes))
                .collect(Collectors.joining(",", " (", "\n)"));
    }

    private String column(TableDefinition table, ColumnDefinition column, List<String> notes) {
        StringBuilder text = new StringBuilder(dialect.quote(column.name()) + " " + column.type());
        text.append(TypeSteps.collate(column.collation()));
        if (column.generated() != Generated.NO) {
            text.append(generated(column, notes));
        } else if (column.defaultExpression() != null) {
            text.append(" DEFAULT ").append(column.defaultExpression());
        }
        if (column.identity() != Identity.NO) {
            text.append(identity(table, column, notes));
        }
        if (family.notNull(table, column)) {
            text.append(" NOT NULL");
        } else if (column.notNull() && dialect.can(Feature.NOT_NULL_OF_PARENTS_ALONE)) {
            text.append(" NOT NULL NO INHERIT");
        } else if (column.notNull()) {
            notes.add("column " + column.name()
                    + " may be NULL here: NOT NULL would reach the inheritance children, which allow it");
        }
        return text.toString();
    }

    /** What follows the type of a generated column. */
    String generated(ColumnDefinition column, List<String> notes) {
        boolean virtual = column.generated() == Generated.VIRTUAL && dialect.can(Feature.VIRTUAL_COLUMNS);
        if (column.generated() == Generated.VIRTUAL && !virtual) {
            notes.add("generated column " + column.name() + " is stored here: " + dialect.describe()
                    + " has no virtual ones");
        }
        return " GENERATED ALWAYS AS (" + column.defaultExpression() + (virtual ? ") VIRTUAL" : ") STORED");
    }

    /**
     * What follows an identity column's type, empty where it has its parent's.
     *
     * <p>From 17 on a partition has its parent's identity columns, and one with its own cannot be attached. Before, a partition had only
     * its own, and what is inserted through the parent gets its number there.
     */
    String identity(TableDefinition table, ColumnDefinition column, List<String> notes) {
        if (!dialect.can(Feature.IDENTITY_COLUMNS)) {
            notes.add("column " + column.name() + " is a plain column here: " + dialect.describe()
                    + " has no identity columns");
            return "";
        }
        if (table.isPartition()) {
            boolean parents = inherited.parentIdentity(table, column) != Identity.NO;
            if (!parents && dialect.can(Feature.PARTITIONS_SHARE_IDENTITY)) {
                notes.add("column " + column.name() + " is no identity column here: the partitioned table has none");
            }
            if (parents || dialect.can(Feature.PARTITIONS_SHARE_IDENTITY)) {
                return "";
            }
        }
        String kind = column.identity() == Identity.ALWAYS ? "ALWAYS" : "BY DEFAULT";
        return " GENERATED " + kind + " AS IDENTITY"
                + sequence(table.name(), column.name())
                        .map(s -> " (SEQUENCE NAME " + dialect.quote(s.name()) + " " + SequenceSteps.options(s) + ")")
                        .orElse("");
    }

    private Optional<SequenceDefinition> sequence(QualifiedName table, String column) {
        return catalog.sequences().stream()
                .filter(s -> s.identity() && table.equals(s.ownerTable()) && column.equals(s.ownerColumn()))
                .findFirst();
    }
}
