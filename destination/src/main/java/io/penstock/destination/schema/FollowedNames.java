package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.schema.Matched.Pair;
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
    private DestinationNames names;

    FollowedNames(SchemaDelta delta, FollowedDdl followed, DestinationNames before, List<SchemaChange> skipped) {
        this.delta = delta;
        this.followed = followed;
        this.names = before;
        this.skipped = skipped;
    }

    /** The names once the delta is applied. */
    DestinationNames decide() {
        Matched<TableDefinition> tables =
                Matched.tables(delta.before().tables(), delta.after().tables());
        for (TableDefinition table : tables.added()) {
            if (!follows(table, DdlKind.CREATE_TABLE)) {
                skip(table, DdlKind.CREATE_TABLE, "table " + table.name(), "the destination does not get it");
                names = names.without(table.oid());
            }
        }
        for (Pair<TableDefinition> pair : tables.pairs()) {
            if (!names.lacks(pair.after().oid())) {
                table(pair);
            }
        }
        Matched.sequences(delta.before().sequences(), delta.after().sequences())
                .pairs()
                .forEach(this::sequence);
        Matched.types(delta.before().types(), delta.after().types()).pairs().forEach(pair -> {
            QualifiedName now = names.object(pair.before().oid(), pair.before().name());
            if (!now.equals(pair.before().name())) {
                names = names.withObject(pair.after().oid(), now);
            }
        });
        return names;
    }

    private boolean follows(TableDefinition table, DdlKind kind) {
        return followed.follows(table.name(), kind);
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
            boolean own = !now.equals(before.name());
            if (own || !follows(before, DdlKind.RENAME_TABLE)) {
                names = names.withObject(after.oid(), now);
                skip(before, DdlKind.RENAME_TABLE, "table " + after.name(), "it stays " + now + " here");
            }
        }
        Matched<ColumnDefinition> columns = Matched.columns(before, after);
        columns.pairs().forEach(c -> column(before, c));
        for (ColumnDefinition added : columns.added()) {
            if (!follows(before, DdlKind.ADD_COLUMN)) {
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

    private void column(TableDefinition table, Pair<ColumnDefinition> pair) {
        String old = pair.before().name();
        String now = names.column(table.oid(), pair.before().number(), old);
        if (old.equals(pair.after().name())
                || names.lacksColumn(table.oid(), pair.after().number())) {
            return;
        }
        if (!now.equals(old) || !follows(table, DdlKind.RENAME_COLUMN)) {
            names = names.withColumn(table.oid(), pair.after().number(), now);
            skip(
                    table,
                    DdlKind.RENAME_COLUMN,
                    "column " + pair.after().name() + " of " + table.name(),
                    "it stays " + now + " here");
        }
    }

    private void constraints(TableDefinition before, TableDefinition after, Set<String> lacking) {
        Matched<ConstraintDefinition> matched = Matched.constraints(before, after);
        for (Pair<ConstraintDefinition> pair : matched.pairs()) {
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
            boolean possible =
                    added.columns().stream().noneMatch(lacking::contains) && !mentions(added.definition(), lacking);
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
                    added.columns().stream().noneMatch(lacking::contains) && !mentions(added.tail(), lacking);
            if (!added.constraint() && (!possible || !follows(before, DdlKind.CREATE_INDEX))) {
                names = names.without(added.oid());
                skip(before, DdlKind.CREATE_INDEX, "index " + added.name() + " on " + after.name(), left(possible));
            }
        }
    }

    private static String left(boolean possible) {
        return possible ? "the destination does not get it" : "it needs a column the destination does not have";
    }

    /** Whether renaming any of the columns would change the text. */
    private static boolean mentions(String sql, Set<String> columns) {
        if (columns.isEmpty()) {
            return false;
        }
        RenamedText probe = new RenamedText(columns.stream().collect(Collectors.toMap(c -> c, c -> c + "?")), Map.of());
        return !probe.apply(sql).equals(sql);
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
        QualifiedName old = pair.before().name();
        QualifiedName now = names.object(pair.before().oid(), old);
        boolean held = delta.after().tables().stream()
                        .filter(t -> t.name().equals(pair.after().ownerTable()))
                        .anyMatch(t -> !names.object(t.oid(), t.name()).equals(t.name()))
                && !old.schema().equals(pair.after().name().schema());
        if (held || !now.equals(old)) {
            names = names.withObject(pair.after().oid(), now);
        }
    }
}
