package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnMentions;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.NewNames;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.schema.Matched.Pair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which names and which new objects the destination gets: what the task does not follow keeps its name, or does not come into
 * being. One use.
 */
final class FollowedNames {
    private final SchemaDelta delta;
    private final FollowedDdl followed;
    private final List<SchemaChange> skipped;
    private final DestinationNames known;
    private final NewNames fresh;
    /** Names as the task's file gives them to what was there before. */
    private final NewNames earlier;

    private DestinationNames names;

    FollowedNames(SchemaDelta delta, FollowedDdl followed, DestinationNames before, List<SchemaChange> skipped) {
        this.delta = delta;
        this.followed = followed;
        this.known = before;
        this.names = before;
        this.skipped = skipped;
        this.fresh = new NewNames(followed.names(), delta.before(), delta.after());
        this.earlier = new NewNames(followed.names(), delta.after(), delta.before());
    }

    /** The names once the delta is applied. */
    DestinationNames decide() {
        Matched<TableDefinition> tables =
                Matched.tables(delta.before().tables(), delta.after().tables());
        tables.added().forEach(this::created);
        for (Pair<TableDefinition> pair : tables.pairs()) {
            if (!names.lacks(pair.after().oid())) {
                table(pair);
            }
        }
        tables.added().forEach(this::createdParts);
        Matched<SequenceDefinition> sequences =
                Matched.sequences(delta.before().sequences(), delta.after().sequences());
        sequences.pairs().forEach(this::sequence);
        sequences.added().forEach(s -> names = fresh.sequence(names, s));
        Matched<TypeDefinition> types =
                Matched.types(delta.before().types(), delta.after().types());
        types.pairs().forEach(this::type);
        types.added().forEach(t -> names = fresh.type(names, t));
        return names;
    }

    private void created(TableDefinition table) {
        if (follows(table, DdlKind.CREATE_TABLE)) {
            names = fresh.table(names, table);
        } else {
            skip(table, DdlKind.CREATE_TABLE, "table " + table.name(), "the destination does not get it");
            names = names.without(table.oid());
        }
    }

    /** After all tables have their names: indexes are in the way of each other, not of a table. */
    private void createdParts(TableDefinition table) {
        if (names.lacks(table.oid())) {
            return;
        }
        names = fresh.parts(names, table, table.constraints(), table.indexes());
        for (ConstraintDefinition constraint : table.constraints()) {
            if (names.lacks(constraint.oid())) {
                String object = "constraint " + constraint.name() + " on " + table.name();
                skip(table, DdlKind.CREATE_TABLE, object, left(false));
            }
        }
        for (IndexDefinition index : table.indexes()) {
            if (names.lacks(index.oid()) && !index.constraint()) {
                skip(table, DdlKind.CREATE_TABLE, "index " + index.name() + " on " + table.name(), left(false));
            }
        }
    }

    /** A type goes with its schema as long as it is where the task's file puts it. */
    private void type(Pair<TypeDefinition> pair) {
        QualifiedName now = names.object(pair.before().oid(), pair.before().name());
        boolean follows = now.equals(earlier.typeName(pair.before()));
        names = names.named(pair.after().oid(), pair.after().name(), follows ? fresh.typeName(pair.after()) : now);
    }

    private boolean follows(TableDefinition table, DdlKind kind) {
        return followed.follows(known, table, kind);
    }

    private void skip(TableDefinition table, DdlKind kind, String object, String consequence) {
        skipped.add(SchemaChange.of(table.oid(), table.name(), Optional.of(kind), object, List.of())
                .asSkipped("not followed: " + consequence));
    }

    private void table(Pair<TableDefinition> pair) {
        TableDefinition before = pair.before();
        TableDefinition after = pair.after();
        QualifiedName now = names.object(before.oid(), before.name());
        if (!before.name().equals(after.name())) {
            renamed(before, after, now);
        }
        Matched<ColumnDefinition> columns = Matched.columns(before, after);
        columns.pairs().forEach(c -> column(before, after, c));
        for (ColumnDefinition added : columns.added()) {
            if (follows(before, DdlKind.ADD_COLUMN)) {
                names = fresh.column(names, after, added);
            }
            if (follows(before, DdlKind.ADD_COLUMN) && names.lacksColumn(after.oid(), added.number())) {
                skip(
                        before,
                        DdlKind.ADD_COLUMN,
                        "column " + added.name() + " of " + after.name(),
                        "the task's file excludes it");
            } else if (!follows(before, DdlKind.ADD_COLUMN)) {
                names = names.withoutColumn(after.oid(), added.number());
                skip(
                        before,
                        DdlKind.ADD_COLUMN,
                        "column " + added.name() + " of " + after.name(),
                        "its values are left out here");
            }
        }
        Set<String> lacking = after.columns().stream()
                .filter(c -> names.lacksColumn(after.oid(), c.number()))
                .map(ColumnDefinition::name)
                .collect(Collectors.toSet());
        constraints(before, after, lacking);
        indexes(before, after, lacking);
        parents(before, after);
    }

    /** What the file calls by name keeps that name; the rest is called as the file calls what has the new name. */
    private void renamed(TableDefinition before, TableDefinition after, QualifiedName now) {
        boolean own = earlier.isExplicit(known, before) || !now.equals(earlier.tableName(known, before));
        earlier.settings(known, before).ifPresent(s -> names = names.withSettings(after.oid(), s));
        boolean named =
                fresh.settings(names, after).filter(after.name()::equals).isPresent();
        if (named || !own && follows(before, DdlKind.RENAME_TABLE)) {
            names = names.named(after.oid(), after.name(), fresh.tableName(names, after));
        } else {
            names = names.withObject(after.oid(), now);
            skip(before, DdlKind.RENAME_TABLE, "table " + after.name(), "it stays " + now + " here");
        }
    }

    private void column(TableDefinition before, TableDefinition after, Pair<ColumnDefinition> pair) {
        String old = pair.before().name();
        String renamed = pair.after().name();
        int number = pair.after().number();
        if (old.equals(renamed) || names.lacksColumn(before.oid(), number)) {
            return;
        }
        String now = names.column(before.oid(), number, old);
        boolean own = earlier.isExplicit(known, before, old)
                || fresh.laysOutBy(names, after, renamed, now)
                || !now.equals(earlier.columnName(known, before, old));
        String object = "column " + renamed + " of " + before.name();
        if (fresh.excludes(names, after, renamed)) {
            names = names.withoutColumn(after.oid(), number);
            skip(before, DdlKind.RENAME_COLUMN, object, "the task's file excludes its new name, so it is dropped here");
        } else if (own || !follows(before, DdlKind.RENAME_COLUMN)) {
            names = names.withColumn(after.oid(), number, now);
            skip(before, DdlKind.RENAME_COLUMN, object, "it stays " + now + " here");
        } else {
            names = withColumn(after.oid(), number, renamed, fresh.columnName(names, after, renamed));
        }
    }

    private DestinationNames withColumn(int table, int number, String source, String destination) {
        Map<Integer, String> own = new HashMap<>(names.columns().getOrDefault(table, Map.of()));
        own.remove(number);
        if (!source.equals(destination)) {
            own.put(number, destination);
        }
        return names.withColumns(table, own);
    }

    private void constraints(TableDefinition before, TableDefinition after, Set<String> lacking) {
        Matched<ConstraintDefinition> matched = Matched.constraints(before, after);
        for (Pair<ConstraintDefinition> pair : matched.pairs()) {
            carry(pair.before().oid(), pair.after().oid());
            boolean renamed = !pair.before().name().equals(pair.after().name());
            if (renamed && !follows(before, DdlKind.ADD_CONSTRAINT)) {
                keepPart(
                        before,
                        pair.after().oid(),
                        pair.before().name(),
                        pair.after().name());
            } else if (names.lacks(pair.before().oid())) {
                names = names.without(pair.after().oid());
            }
        }
        for (ConstraintDefinition added : matched.added()) {
            boolean possible = fresh.possible(names, added, lacking);
            String object = "constraint " + added.name() + " on " + after.name();
            if (!possible || !follows(before, DdlKind.ADD_CONSTRAINT)) {
                names = names.without(added.oid());
                skip(before, DdlKind.ADD_CONSTRAINT, object, left(possible));
            }
        }
    }

    private void indexes(TableDefinition before, TableDefinition after, Set<String> lacking) {
        Matched<IndexDefinition> matched = Matched.indexes(before, after);
        for (Pair<IndexDefinition> pair : matched.pairs()) {
            carry(pair.before().oid(), pair.after().oid());
            boolean renamed = !pair.before().name().equals(pair.after().name());
            DdlKind kind = pair.after().constraint() ? DdlKind.ADD_CONSTRAINT : DdlKind.CREATE_INDEX;
            if (renamed && !follows(before, kind)) {
                keepPart(
                        before,
                        pair.after().oid(),
                        pair.before().name(),
                        pair.after().name());
            } else if (names.lacks(pair.before().oid())) {
                names = names.without(pair.after().oid());
            }
        }
        for (IndexDefinition added : matched.added()) {
            boolean possible =
                    added.columns().stream().noneMatch(lacking::contains) && !ColumnMentions.any(added.tail(), lacking);
            if (!added.constraint() && (!possible || !follows(before, DdlKind.CREATE_INDEX))) {
                names = names.without(added.oid());
                skip(before, DdlKind.CREATE_INDEX, "index " + added.name() + " on " + after.name(), left(possible));
            } else if (possible) {
                names = fresh.parts(names, after, List.of(), List.of(added));
            }
        }
    }

    /** What the server has made anew keeps the name it has at the destination. */
    private void carry(int before, int after) {
        String there = names.parts().get(before);
        if (before != after && there != null) {
            names = names.withPart(after, there);
        }
    }

    private static String left(boolean possible) {
        return possible ? "the destination does not get it" : "it needs a column the destination does not have";
    }

    private void keepPart(TableDefinition table, int oid, String old, String renamed) {
        String now = names.part(oid, old);
        names = names.withPart(oid, now);
        skip(table, DdlKind.ADD_CONSTRAINT, renamed + " on " + table.name(), "it stays " + now + " here");
    }

    private void parents(TableDefinition before, TableDefinition after) {
        boolean attached = !after.parents().isEmpty() && before.parents().isEmpty();
        if (attached && !follows(before, DdlKind.ATTACH_PARTITION)) {
            names = names.withApart(after.oid(), true);
            skip(
                    before,
                    DdlKind.ATTACH_PARTITION,
                    "parent of " + after.name(),
                    "it stays a table of its own here, and gets its rows all the same");
        } else if (after.parents().isEmpty()) {
            names = names.withApart(after.oid(), false);
        }
    }

    /** A sequence that belongs to a column cannot leave the schema of its table. */
    private void sequence(Pair<SequenceDefinition> pair) {
        QualifiedName now = names.object(pair.before().oid(), pair.before().name());
        QualifiedName wanted = fresh.sequenceName(names, pair.after());
        boolean follows = now.equals(earlier.sequenceName(known, pair.before()));
        names = names.named(
                pair.after().oid(),
                pair.after().name(),
                follows ? wanted : new QualifiedName(wanted.schema(), now.table()));
    }
}
