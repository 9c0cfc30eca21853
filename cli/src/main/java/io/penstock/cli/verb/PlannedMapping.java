package io.penstock.cli.verb;

import io.penstock.cli.text.TextTable;
import io.penstock.core.relation.RuleText;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.NameNotes;
import io.penstock.core.schema.TableDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where tables and columns go, for `penstock plan`. Pure. */
record PlannedMapping(Catalog catalog, DestinationNames names, Collection<RuleText> rules) {
    /** A table of all tables, then what differs besides their names. */
    List<String> lines() {
        TextTable text = new TextTable(List.of("source", "destination", "key", "rows (estimated)"), Set.of(3));
        for (TableDefinition table : catalog.tablesWithRows()) {
            text.row(
                    table.name().toString(),
                    destination(table),
                    table.keyColumns().isEmpty() ? "none" : String.join(", ", key(table)),
                    table.estimatedRows() < 0 ? "-" : Long.toString(table.estimatedRows()));
        }
        List<String> lines = new ArrayList<>(text.lines());
        for (TableDefinition table : catalog.tables()) {
            renamed(table)
                    .forEach((from, to) -> lines.add("column " + from + " of " + table.name() + " is called " + to));
            excluded(table).forEach(column -> lines.add("column " + column + " of " + table.name() + " is left out"));
        }
        lines.addAll(NameNotes.of(catalog, names));
        return lines;
    }

    /** One per table, as JSON. */
    List<Map<String, Object>> objects() {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (TableDefinition table : catalog.tablesWithRows()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("source", table.name().toString());
            object.put("destination", destination(table));
            object.put("key", key(table));
            object.put("rowsEstimated", table.estimatedRows());
            object.put("renamedColumns", renamed(table));
            object.put("excludedColumns", excluded(table));
            rules.stream().filter(r -> r.origin().equals(table.name())).forEach(r -> {
                object.put("where", r.where());
                object.put("set", r.set());
            });
            objects.add(object);
        }
        return objects;
    }

    private String destination(TableDefinition table) {
        return names.object(table.oid(), table.name()).toString();
    }

    private List<String> key(TableDefinition table) {
        Map<String, String> renamed = renamed(table);
        return table.keyColumns().stream().map(c -> renamed.getOrDefault(c, c)).toList();
    }

    private Map<String, String> renamed(TableDefinition table) {
        Map<String, String> renamed = new LinkedHashMap<>();
        for (ColumnDefinition column : table.columns()) {
            String there = names.column(table.oid(), column.number(), column.name());
            if (!there.equals(column.name()) && !names.lacksColumn(table.oid(), column.number())) {
                renamed.put(column.name(), there);
            }
        }
        return renamed;
    }

    private List<String> excluded(TableDefinition table) {
        return table.columns().stream()
                .filter(c -> names.lacksColumn(table.oid(), c.number()))
                .map(ColumnDefinition::name)
                .toList();
    }
}
