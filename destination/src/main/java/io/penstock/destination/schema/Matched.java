package io.penstock.destination.schema;

import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** The parts of two pictures of one thing, told apart by what does not change when they are renamed. Pure. */
record Matched<T>(List<Pair<T>> pairs, List<T> gone, List<T> added) {
    record Pair<T>(T before, T after) {}

    static <T, K> Matched<T> by(Function<T, K> identity, List<T> before, List<T> after) {
        Map<K, T> old = new LinkedHashMap<>();
        before.forEach(b -> old.put(identity.apply(b), b));
        List<Pair<T>> pairs = new ArrayList<>();
        List<T> added = new ArrayList<>();
        for (T a : after) {
            T b = old.remove(identity.apply(a));
            if (b == null) {
                added.add(a);
            } else {
                pairs.add(new Pair<>(b, a));
            }
        }
        return new Matched<>(pairs, new ArrayList<>(old.values()), added);
    }

    /**
     * What has another identity but still the same name was made anew by the server, as when the type of a column changes; unless it
     * went with a column.
     */
    private <K> Matched<T> orBy(Function<T, K> name, Predicate<T> wentWithColumn) {
        Matched<T> named =
                by(name, gone.stream().filter(wentWithColumn.negate()).toList(), added);
        List<Pair<T>> all = new ArrayList<>(pairs);
        all.addAll(named.pairs());
        List<T> left = new ArrayList<>(named.gone());
        gone.stream().filter(wentWithColumn).forEach(left::add);
        return new Matched<>(all, left, named.added());
    }

    private static Predicate<String> mentionsGone(TableDefinition before, TableDefinition after) {
        Map<String, String> gone = new HashMap<>();
        columns(before, after).gone().forEach(c -> gone.put(c.name(), c.name() + "?"));
        RenamedText probe = new RenamedText(gone, Map.of());
        return sql -> !probe.apply(sql).equals(sql);
    }

    static Matched<ColumnDefinition> columns(TableDefinition before, TableDefinition after) {
        return by(ColumnDefinition::number, before.columns(), after.columns());
    }

    static Matched<ConstraintDefinition> constraints(TableDefinition before, TableDefinition after) {
        Predicate<String> gone = mentionsGone(before, after);
        return by(ConstraintDefinition::oid, before.constraints(), after.constraints())
                .orBy(c -> c.kind() + " " + c.name(), c -> gone.test(c.definition()));
    }

    static Matched<IndexDefinition> indexes(TableDefinition before, TableDefinition after) {
        Predicate<String> gone = mentionsGone(before, after);
        return by(IndexDefinition::oid, before.indexes(), after.indexes())
                .orBy(IndexDefinition::name, i -> gone.test(i.tail()));
    }

    static Matched<SequenceDefinition> sequences(List<SequenceDefinition> before, List<SequenceDefinition> after) {
        return by(SequenceDefinition::oid, before, after);
    }

    static Matched<TypeDefinition> types(List<TypeDefinition> before, List<TypeDefinition> after) {
        return by(TypeDefinition::oid, before, after);
    }

    static Matched<TableDefinition> tables(List<TableDefinition> before, List<TableDefinition> after) {
        return by(TableDefinition::oid, before, after);
    }
}
