package io.penstock.destination.schema;

import static java.util.stream.Collectors.joining;

import io.penstock.core.check.Finding;
import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationDemands;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.TableDefinition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks of the destination's tables that were there before the task.
 *
 * @param catalog in the destination's names
 * @param shared tables into which other tasks bring rows, which is allowed
 */
record ExistingTables(
        DestinationCatalog destination, Catalog catalog, DestinationDemands demands, Set<QualifiedName> shared) {
    /** When the schema phase would create them. */
    Finding conflicts() throws SQLException {
        Set<String> existing = existing();
        existing.removeIf(this::mayExist);
        return DestinationChecks.lacking(
                "destination.tables",
                existing,
                "Relations of the names the schema phase would create exist already: ",
                existing.stream().map(name -> "DROP TABLE " + name + ";").collect(joining(" "))
                        + " Or set conflicts: ignore, map the tables to other names, or leave the phase schema out.");
    }

    private Set<String> existing() throws SQLException {
        return destination.where(
                "pg_catalog.to_regclass(" + destination.name("x") + ") is not null", names(catalog.tables()));
    }

    private boolean mayExist(String name) {
        return demands.takeExisting()
                || shared.stream().anyMatch(s -> s.toString().equals(name));
    }

    /** When tables are taken with the rows they have. */
    List<Finding> taken() throws SQLException {
        Set<String> existing = existing();
        existing.removeIf(name -> !mayExist(name));
        if (existing.isEmpty()) {
            return List.of();
        }
        List<TableDefinition> tables = catalog.tables().stream()
                .filter(t -> existing.contains(t.name().toString()))
                .toList();
        return List.of(missingColumns(tables));
    }

    /** When somebody else has created them. */
    List<Finding> instead() throws SQLException {
        List<Finding> findings = new ArrayList<>(List.of(missingTables(), missingColumns(catalog.tables())));
        if (demands.copy() && !demands.takeExisting()) {
            findings.add(rows());
        }
        return findings;
    }

    private Finding missingTables() throws SQLException {
        Set<String> missing = new TreeSet<>(names(catalog.tables()));
        missing.removeAll(destination
                .columns(catalog.tables().stream().map(TableDefinition::name).toList())
                .keySet());
        return DestinationChecks.lacking(
                "destination.tables",
                missing,
                "The task does not create tables, and these do not exist at the destination: ",
                "Create them, or add the phase schema.");
    }

    private Finding missingColumns(List<TableDefinition> tables) throws SQLException {
        Map<String, Set<String>> existing =
                destination.columns(tables.stream().map(TableDefinition::name).toList());
        Set<String> missing = new TreeSet<>();
        Set<String> ignored = new TreeSet<>();
        for (TableDefinition table : tables) {
            Optional<Set<String>> columns =
                    Optional.ofNullable(existing.get(table.name().toString()));
            Set<String> found = demands.mayLackColumns().contains(table.name()) ? ignored : missing;
            for (ColumnDefinition column : table.copiedColumns()) {
                if (columns.isPresent() && !columns.get().contains(column.name())) {
                    found.add(table.name() + "." + Identifiers.quote(column.name()));
                }
            }
        }
        if (missing.isEmpty() && !ignored.isEmpty()) {
            return Finding.warning(
                    "destination.columns",
                    "Destination tables lack columns of the source, whose values are left out (onMissingColumn: ignore): "
                            + String.join(", ", ignored) + ".",
                    "ALTER TABLE ... ADD COLUMN at the destination.");
        }
        return DestinationChecks.lacking(
                "destination.columns",
                missing,
                "Destination tables lack columns of the source: ",
                "ALTER TABLE ... ADD COLUMN at the destination, exclude the columns in the task file, or set onMissingColumn:"
                        + " ignore.");
    }

    /** What is copied would come on top of them. */
    private Finding rows() throws SQLException {
        List<String> names = catalog.tablesWithRows().stream()
                .filter(t -> !shared.contains(t.name()))
                .map(t -> t.name().toString())
                .toList();
        Set<String> filled = new TreeSet<>();
        // One without a file has no rows; the others are asked.
        for (String name : destination.where(
                "pg_catalog.pg_relation_size(pg_catalog.to_regclass(" + destination.name("x") + ")) > 0", names)) {
            if (destination.test("exists (select 1 from only " + name + ")")) {
                filled.add(name);
            }
        }
        return DestinationChecks.lacking(
                "destination.rows",
                filled,
                "The full phase would copy rows on top of those that are there already: ",
                filled.stream().map(name -> "TRUNCATE " + name + ";").collect(joining(" "))
                        + " Or set conflicts: ignore, which keeps them.");
    }

    private static List<String> names(List<TableDefinition> tables) {
        return tables.stream().map(t -> t.name().toString()).toList();
    }
}
