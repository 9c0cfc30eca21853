package io.penstock.engine.stream;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SchemaEvent.Rewrite;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.engine.definition.SelectedImage;
import io.penstock.engine.definition.SourceModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what the source has changed unnoticed, and says it as the source would have. Pure. */
final class MissedChanges {
    private MissedChanges() {}

    /**
     * Null when nothing was missed. New tables, those whose columns are others, and those that may have been rewritten are to be copied.
     *
     * @param undefined tables of which the stream has brought rows and nobody a definition
     * @param leftOut objects to say nothing about
     */
    static @Nullable SchemaEvent of(
            CatalogCheck.Seen seen, SourceModel model, List<Dropped> undefined, IntPredicate leftOut) {
        Catalog now = SelectedImage.withoutParts(
                seen.picture().catalog(), t -> leftOut.test(t.oid()), s -> leftOut.test(s.oid()));
        Catalog known = model.catalog(now.serverVersion());
        Map<QualifiedName, Set<SequenceDefinition>> owned = owned(now);
        Map<QualifiedName, Set<SequenceDefinition>> ownedBefore = owned(known);
        Set<Integer> changed = new HashSet<>();
        Set<Integer> copies = new HashSet<>();
        for (TableDefinition table : now.tables()) {
            TableDefinition before = model.table(table.oid()).orElse(null);
            boolean rewritten = seen.rewritten().contains(table.oid());
            boolean same = before != null
                    && before.defines(table)
                    && owned.getOrDefault(table.name(), Set.of())
                            .equals(ownedBefore.getOrDefault(before.name(), Set.of()));
            if (leftOut.test(table.oid()) || same && !rewritten) {
                continue;
            }
            changed.add(table.oid());
            boolean sameRows = before != null && !rewritten && rows(before).equals(rows(table));
            if (!sameRows && table.kind() == TableDefinition.Kind.TABLE) {
                copies.add(table.oid());
            }
        }
        addFamilies(now, changed, leftOut);
        List<TableDefinition> tables = new ArrayList<>();
        now.tables().stream().filter(t -> changed.contains(t.oid())).forEach(tables::add);
        Set<Integer> elsewhere = oids(seen.others());
        seen.others().tables().stream()
                .filter(t -> !leftOut.test(t.oid()) && model.table(t.oid()).isPresent())
                .filter(t -> !oids(now).contains(t.oid()))
                .forEach(tables::add);
        Set<Integer> there = oids(now);
        there.addAll(elsewhere);
        List<Dropped> dropped = Stream.concat(dropped(known, there, seen.gone()), undefined.stream())
                .filter(d -> d.kind() != ObjectKind.TABLE || !there.contains(d.oid()))
                .filter(d -> !leftOut.test(d.oid()))
                .toList();
        boolean types = !new HashSet<>(known.types()).containsAll(now.types());
        Set<SequenceDefinition> sequencesBefore = new HashSet<>(known.sequences());
        boolean sequences =
                now.sequences().stream().anyMatch(s -> s.ownerTable() == null && !sequencesBefore.contains(s));
        if (tables.isEmpty() && dropped.isEmpty() && !types && !sequences) {
            return null;
        }
        return event(now, tables, dropped, copies);
    }

    private static Stream<Dropped> dropped(Catalog known, Set<Integer> there, Set<Integer> gone) {
        return Stream.of(
                        known.tables().stream()
                                .filter(t -> !there.contains(t.oid()))
                                .map(t -> new Dropped(ObjectKind.TABLE, t.oid(), t.name())),
                        known.types().stream()
                                .filter(t -> gone.contains(t.oid()))
                                .map(t -> new Dropped(ObjectKind.TYPE, t.oid(), t.name())),
                        known.sequences().stream()
                                .filter(s -> gone.contains(s.oid()))
                                .map(s -> new Dropped(ObjectKind.SEQUENCE, s.oid(), s.name())))
                .flatMap(d -> d);
    }

    private static SchemaEvent event(
            Catalog now, List<TableDefinition> tables, List<Dropped> dropped, Set<Integer> copies) {
        Catalog image = new Catalog(
                now.serverVersion(),
                now.schemas(),
                now.extensions(),
                now.functions(),
                now.types(),
                now.sequences().stream()
                        .filter(s -> s.ownerTable() == null
                                || tables.stream().anyMatch(t -> t.name().equals(s.ownerTable())))
                        .toList(),
                tables);
        return new SchemaEvent(
                0,
                SchemaEvent.Kind.COMMAND,
                "CATALOG",
                "(noticed in the source's catalog)",
                image,
                dropped,
                copies.stream().map(oid -> new Rewrite(oid, SchemaDelta.ANY)).toList(),
                List.copyOf(copies));
    }

    /** Sequences that go with a table, by the table. */
    private static Map<QualifiedName, Set<SequenceDefinition>> owned(Catalog catalog) {
        Map<QualifiedName, Set<SequenceDefinition>> owned = new HashMap<>();
        for (SequenceDefinition sequence : catalog.sequences()) {
            QualifiedName table = sequence.ownerTable();
            if (table != null) {
                owned.computeIfAbsent(table, t -> new HashSet<>()).add(sequence);
            }
        }
        return owned;
    }

    private static Set<Integer> oids(Catalog catalog) {
        return catalog.tables().stream().map(TableDefinition::oid).collect(Collectors.toSet());
    }

    /** What an event of the source names together. */
    private static void addFamilies(Catalog now, Set<Integer> changed, IntPredicate leftOut) {
        boolean grown = true;
        // Ends: each round adds at least one of finitely many tables.
        while (grown) {
            grown = false;
            Set<String> names = now.tables().stream()
                    .filter(t -> changed.contains(t.oid()))
                    .flatMap(t -> Stream.concat(Stream.of(t.name()), t.parents().stream()))
                    .map(Object::toString)
                    .collect(Collectors.toSet());
            for (TableDefinition table : now.tables()) {
                boolean belongs = names.contains(table.name().toString())
                        || table.parents().stream().anyMatch(p -> names.contains(p.toString()));
                grown |= belongs && !leftOut.test(table.oid()) && changed.add(table.oid());
            }
        }
    }

    /** What the rows are made of. */
    private static List<String> rows(TableDefinition table) {
        return Stream.concat(
                        Stream.of("unlogged " + table.unlogged()),
                        table.columns().stream().map(MissedChanges::column))
                .toList();
    }

    private static String column(ColumnDefinition c) {
        return c.number() + " " + c.name() + " " + c.typeOid() + " " + c.typeModifier() + " " + c.generated();
    }
}
