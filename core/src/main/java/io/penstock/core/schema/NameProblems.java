package io.penstock.core.schema;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.SystemSchemas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Why names cannot be had at the destination. Each problem is one line that names everything concerned. Pure. */
public final class NameProblems {
    /** NAMEDATALEN - 1: what is longer is cut by the server, silently. */
    private static final int MAX_BYTES = 63;

    private NameProblems() {}

    /** Things that would become one. Tables may, when the file says so of each. */
    public static List<String> collisions(Collection<TableDefinition> tables, DestinationNames names) {
        Map<QualifiedName, List<QualifiedName>> sources = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (TableDefinition table : tables) {
            if (!names.lacks(table.oid()) && !names.isGuest(table.oid())) {
                sources.computeIfAbsent(names.object(table.oid(), table.name()), n -> new ArrayList<>())
                        .add(table.name());
                columns(table, names, problems);
            }
        }
        sources.forEach((name, from) -> add(problems, from, "tables ", name.toString()));
        return problems;
    }

    private static void columns(TableDefinition table, DestinationNames names, List<String> problems) {
        Map<String, List<String>> sources = new LinkedHashMap<>();
        for (ColumnDefinition column : table.columns()) {
            if (!names.lacksColumn(table.oid(), column.number())) {
                sources.computeIfAbsent(
                                names.column(table.oid(), column.number(), column.name()), n -> new ArrayList<>())
                        .add(Identifiers.quote(column.name()));
            }
        }
        sources.forEach(
                (name, from) -> add(problems, from, "columns of " + table.name() + ": ", Identifiers.quote(name)));
    }

    /** Types that would become one. */
    public static List<String> typeCollisions(Collection<TypeDefinition> types, DestinationNames names) {
        Map<QualifiedName, List<QualifiedName>> sources = new LinkedHashMap<>();
        types.forEach(t -> sources.computeIfAbsent(names.object(t.oid(), t.name()), n -> new ArrayList<>())
                .add(t.name()));
        List<String> problems = new ArrayList<>();
        sources.forEach((name, from) -> add(problems, from, "types ", name.toString()));
        return problems;
    }

    private static void add(List<String> problems, List<?> from, String what, String name) {
        if (from.size() > 1) {
            problems.add(what
                    + String.join(" and ", from.stream().map(Object::toString).toList()) + " would both be " + name);
        }
    }

    /**
     * Names that the destination's server would cut or refuse.
     *
     * @param systemColumns that every table there has
     */
    public static List<String> unusable(
            Collection<TableDefinition> tables, DestinationNames names, Set<String> systemColumns) {
        List<String> problems = new ArrayList<>();
        for (TableDefinition table : tables) {
            if (names.lacks(table.oid())) {
                continue;
            }
            QualifiedName name = names.object(table.oid(), table.name());
            if (!name.schema().equals(table.name().schema()) && SystemSchemas.contains(name.schema())) {
                problems.add(table.name() + " would be " + name + ", in a schema that belongs to the system");
            }
            tooLong(problems, table.name().toString(), name.schema());
            tooLong(problems, table.name().toString(), name.table());
            unusableColumns(table, names, systemColumns, problems);
        }
        return problems;
    }

    private static void unusableColumns(
            TableDefinition table, DestinationNames names, Set<String> systemColumns, List<String> problems) {
        for (ColumnDefinition column : table.columns()) {
            if (names.lacksColumn(table.oid(), column.number())) {
                continue;
            }
            String what = "column " + Identifiers.quote(column.name()) + " of " + table.name();
            String there = names.column(table.oid(), column.number(), column.name());
            if (systemColumns.contains(there)) {
                problems.add(what + " would be " + there + ", which is a column of the system");
            }
            tooLong(problems, what, there);
        }
    }

    private static void tooLong(List<String> problems, String what, String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            problems.add(what + " would be " + Identifiers.quote(name) + ", which has " + bytes
                    + " bytes and not at most " + MAX_BYTES);
        }
    }
}
