package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

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
 * @param guests oids of tables whose rows go into another table's, which is defined by that other one alone
 * @param mixed oids of tables that hold rows the task has not brought
 * @param distributions by oid, {@code attnum} of the columns by which statistics have chosen to distribute a table
 * @param settings by oid, the name by which the task's file names a table that was renamed since
 */
public record DestinationNames(
        Map<Integer, QualifiedName> objects,
        Map<Integer, Map<Integer, String>> columns,
        Map<Integer, String> parts,
        Set<Integer> absent,
        Map<Integer, Set<Integer>> absentColumns,
        Set<Integer> apart,
        Set<Integer> guests,
        Set<Integer> mixed,
        Map<Integer, List<Integer>> distributions,
        Map<Integer, QualifiedName> settings) {
    /** All as at the source. */
    public static final DestinationNames SAME = new DestinationNames(
            Map.of(), Map.of(), Map.of(), Set.of(), Map.of(), Set.of(), Set.of(), Set.of(), Map.of(), Map.of());

    public DestinationNames {
        objects = Map.copyOf(objects);
        columns = Map.copyOf(columns);
        parts = Map.copyOf(parts);
        absent = Set.copyOf(absent);
        absentColumns = Map.copyOf(absentColumns);
        apart = Set.copyOf(apart);
        guests = Set.copyOf(guests);
        mixed = Set.copyOf(mixed);
        distributions = Map.copyOf(distributions);
        settings = Map.copyOf(settings);
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

    /** Whether its rows go into a table that another one defines. */
    public boolean isGuest(int table) {
        return guests.contains(table);
    }

    /** Whether rows stand in it that the task has not brought. */
    public boolean isMixed(int table) {
        return mixed.contains(table);
    }

    /** The name under which the task's file has the settings of the table that the source calls {@code name}. */
    public QualifiedName settings(int table, QualifiedName name) {
        return settings.getOrDefault(table, name);
    }

    public DestinationNames withObject(int oid, QualifiedName name) {
        return changed(c -> c.objects = with(objects, oid, name));
    }

    /** The destination's name, where the source's is {@code source}. */
    public DestinationNames named(int oid, QualifiedName source, QualifiedName destination) {
        boolean same = source.equals(destination);
        if (same && !objects.containsKey(oid)) {
            return this;
        }
        Map<Integer, QualifiedName> all = with(objects, oid, destination);
        if (same) {
            all.remove(oid);
        }
        return changed(c -> c.objects = all);
    }

    public DestinationNames withColumn(int table, int number, String name) {
        return withColumns(table, with(columns.getOrDefault(table, Map.of()), number, name));
    }

    /** @param own by {@code attnum}; replaces what was known of the table */
    public DestinationNames withColumns(int table, Map<Integer, String> own) {
        Map<Integer, Map<Integer, String>> all = with(columns, table, Map.copyOf(own));
        if (own.isEmpty()) {
            all.remove(table);
        }
        return all.equals(columns) ? this : changed(c -> c.columns = all);
    }

    public DestinationNames withPart(int oid, String name) {
        return changed(c -> c.parts = with(parts, oid, name));
    }

    public DestinationNames without(int oid) {
        return changed(c -> c.absent = with(absent, oid));
    }

    public DestinationNames withoutColumn(int table, int number) {
        Set<Integer> own = with(absentColumns.getOrDefault(table, Set.of()), number);
        return changed(c -> c.absentColumns = with(absentColumns, table, Set.copyOf(own)));
    }

    public DestinationNames withApart(int table, boolean isApart) {
        return changed(c -> c.apart = set(apart, table, isApart));
    }

    public DestinationNames withGuest(int table) {
        return changed(c -> c.guests = with(guests, table));
    }

    public DestinationNames withMixed(int table, boolean isMixed) {
        return mixed.contains(table) == isMixed ? this : changed(c -> c.mixed = set(mixed, table, isMixed));
    }

    /** By which columns statistics have chosen to distribute a table, as {@code attnum}; empty when they have not. */
    public List<Integer> distribution(int table) {
        return distributions.getOrDefault(table, List.of());
    }

    public DestinationNames withDistribution(int table, List<Integer> numbers) {
        return changed(c -> c.distributions = with(distributions, table, List.copyOf(numbers)));
    }

    public DestinationNames withSettings(int table, QualifiedName name) {
        return changed(c -> c.settings = with(settings, table, name));
    }

    /** For a table that is gone. */
    public DestinationNames forgetting(int table) {
        return changed(c -> {
            c.objects = without(objects, table);
            c.columns = without(columns, table);
            c.absent = set(absent, table, false);
            c.absentColumns = without(absentColumns, table);
            c.apart = set(apart, table, false);
            c.guests = set(guests, table, false);
            c.mixed = set(mixed, table, false);
            c.distributions = without(distributions, table);
            c.settings = without(settings, table);
        });
    }

    /** A copy in which some parts are others. */
    private DestinationNames changed(Consumer<Parts> change) {
        Parts copy = new Parts(this);
        change.accept(copy);
        return copy.names();
    }

    /** The parts while some of them are exchanged. */
    private static final class Parts {
        private Map<Integer, QualifiedName> objects;
        private Map<Integer, Map<Integer, String>> columns;
        private Map<Integer, String> parts;
        private Set<Integer> absent;
        private Map<Integer, Set<Integer>> absentColumns;
        private Set<Integer> apart;
        private Set<Integer> guests;
        private Set<Integer> mixed;
        private Map<Integer, List<Integer>> distributions;
        private Map<Integer, QualifiedName> settings;

        Parts(DestinationNames names) {
            objects = names.objects;
            columns = names.columns;
            parts = names.parts;
            absent = names.absent;
            absentColumns = names.absentColumns;
            apart = names.apart;
            guests = names.guests;
            mixed = names.mixed;
            distributions = names.distributions;
            settings = names.settings;
        }

        DestinationNames names() {
            return new DestinationNames(
                    objects, columns, parts, absent, absentColumns, apart, guests, mixed, distributions, settings);
        }
    }

    private static <V> Map<Integer, V> without(Map<Integer, V> map, int key) {
        Map<Integer, V> copy = new LinkedHashMap<>(map);
        copy.remove(key);
        return copy;
    }

    private static Set<Integer> set(Set<Integer> set, int value, boolean present) {
        Set<Integer> copy = new LinkedHashSet<>(set);
        if (present) {
            copy.add(value);
        } else {
            copy.remove(value);
        }
        return copy;
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
