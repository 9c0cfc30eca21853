package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Where the destination's definitions are not called as at the source, or do not exist. Everything that is not mentioned has the name it
 * has at the source.
 *
 * @param objects tables, types and sequences by oid
 * @param columns by oid of the table and {@code attnum}
 * @param parts constraints and indexes by oid
 * @param absent oids of tables, constraints and indexes that the destination does not have
 * @param absentColumns {@code attnum} of columns it does not have, by oid of the table
 * @param apart oids of tables that the destination has not attached to their parents
 */
public record DestinationNames(
        Map<Integer, QualifiedName> objects,
        Map<Integer, Map<Integer, String>> columns,
        Map<Integer, String> parts,
        Set<Integer> absent,
        Map<Integer, Set<Integer>> absentColumns,
        Set<Integer> apart) {
    /** All as at the source. */
    public static final DestinationNames SAME =
            new DestinationNames(Map.of(), Map.of(), Map.of(), Set.of(), Map.of(), Set.of());

    public DestinationNames {
        objects = Map.copyOf(objects);
        columns = Map.copyOf(columns);
        parts = Map.copyOf(parts);
        absent = Set.copyOf(absent);
        absentColumns = Map.copyOf(absentColumns);
        apart = Set.copyOf(apart);
    }

    /** @param name at the source */
    public QualifiedName object(int oid, QualifiedName name) {
        return objects.getOrDefault(oid, name);
    }

    /** @param name at the source */
    public String column(int table, int number, String name) {
        return columns.getOrDefault(table, Map.of()).getOrDefault(number, name);
    }

    /** @param name at the source */
    public String part(int oid, String name) {
        return parts.getOrDefault(oid, name);
    }

    public boolean lacks(int oid) {
        return absent.contains(oid);
    }

    public boolean lacksColumn(int table, int number) {
        return absentColumns.getOrDefault(table, Set.of()).contains(number);
    }

    public boolean isApart(int table) {
        return apart.contains(table);
    }

    public DestinationNames withObject(int oid, QualifiedName name) {
        return new DestinationNames(with(objects, oid, name), columns, parts, absent, absentColumns, apart);
    }

    public DestinationNames withColumn(int table, int number, String name) {
        Map<Integer, String> own = with(columns.getOrDefault(table, Map.of()), number, name);
        return new DestinationNames(objects, with(columns, table, own), parts, absent, absentColumns, apart);
    }

    public DestinationNames withPart(int oid, String name) {
        return new DestinationNames(objects, columns, with(parts, oid, name), absent, absentColumns, apart);
    }

    public DestinationNames without(int oid) {
        return new DestinationNames(objects, columns, parts, with(absent, oid), absentColumns, apart);
    }

    public DestinationNames withoutColumn(int table, int number) {
        Set<Integer> own = with(absentColumns.getOrDefault(table, Set.of()), number);
        return new DestinationNames(objects, columns, parts, absent, with(absentColumns, table, own), apart);
    }

    public DestinationNames withApart(int table, boolean isApart) {
        Set<Integer> all = new LinkedHashSet<>(apart);
        if (isApart) {
            all.add(table);
        } else {
            all.remove(table);
        }
        return new DestinationNames(objects, columns, parts, absent, absentColumns, all);
    }

    /** For a table that is gone. */
    public DestinationNames forgetting(int table) {
        Map<Integer, QualifiedName> otherObjects = new LinkedHashMap<>(objects);
        otherObjects.remove(table);
        Map<Integer, Map<Integer, String>> otherColumns = new LinkedHashMap<>(columns);
        otherColumns.remove(table);
        Set<Integer> otherAbsent = new LinkedHashSet<>(absent);
        otherAbsent.remove(table);
        Map<Integer, Set<Integer>> otherAbsentColumns = new LinkedHashMap<>(absentColumns);
        otherAbsentColumns.remove(table);
        return new DestinationNames(otherObjects, otherColumns, parts, otherAbsent, otherAbsentColumns, apart)
                .withApart(table, false);
    }

    private static <K, V> Map<K, V> with(Map<K, V> map, K key, V value) {
        Map<K, V> copy = new LinkedHashMap<>(map);
        copy.put(key, value);
        return copy;
    }

    private static <T> Set<T> with(Set<T> set, T value) {
        Set<T> copy = new LinkedHashSet<>(set);
        copy.add(value);
        return copy;
    }
}
