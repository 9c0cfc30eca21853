package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.schema.Matched.Pair;
import io.penstock.destination.schema.RenameOrder.Rename;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes the statements for constraints of tables that stay, as far as they can exist at the destination. What a parent's statement does
 * to its children is not repeated there.
 */
final class ConstraintDifference {
    private final Dialect dialect;
    private final DeltaTables tables;
    private final TableFamily familyBefore;
    private final TableFamily familyAfter;
    private final List<SchemaChange> out;

    /** What has to happen to a constraint that both pictures have. */
    private enum Way {
        STAYS,
        VALIDATE,
        DEFER,
        ANEW
    }

    ConstraintDifference(Dialect dialect, DeltaTables tables, List<SchemaChange> out) {
        this.dialect = dialect;
        this.tables = tables;
        Set<QualifiedName> others = tables.delta().others();
        this.familyBefore = new TableFamily(tables.delta().before(), others);
        this.familyAfter = new TableFamily(tables.delta().after(), others);
        this.out = out;
    }

    private Way way(Pair<TableDefinition> table, Pair<ConstraintDefinition> pair) {
        String old = tables.renamed(table, pair.before());
        String now = pair.after().definition();
        if (old.equals(now)) {
            return Way.STAYS;
        }
        String oldCore = QuotedText.remove(old, ConstraintText.NOT_VALID);
        if (oldCore.equals(now)) {
            return Way.VALIDATE;
        }
        boolean key = pair.after().kind() == Kind.FOREIGN_KEY;
        return key
                        && immediate(oldCore).equals(immediate(now))
                        && pair.before().oid() == pair.after().oid()
                ? Way.DEFER
                : Way.ANEW;
    }

    private static String immediate(String definition) {
        return QuotedText.remove(QuotedText.remove(definition, ConstraintText.DEFERRED), ConstraintText.DEFERRABLE);
    }

    private boolean possible(TableFamily family, TableDefinition table, ConstraintDefinition constraint) {
        boolean elsewhere = constraint.references() != null && !family.contains(constraint.references());
        boolean invalid = table.indexes().stream()
                .anyMatch(i -> i.constraint() && !i.valid() && i.name().equals(constraint.name()));
        if (elsewhere || invalid) {
            return false;
        }
        return constraint.kind() == Kind.FOREIGN_KEY
                ? new ForeignKeySteps(dialect, family).possible(table, constraint)
                : ConstraintText.of(dialect, table, constraint).definition() != null;
    }

    /** Whether the destination has the constraint in the end. */
    boolean exists(TableDefinition table, ConstraintDefinition after) {
        return possible(familyAfter, table, after);
    }

    private boolean wasThere(Pair<TableDefinition> table, ConstraintDefinition before) {
        return possible(familyBefore, table.before(), before);
    }

    /** Gone or to be made anew. */
    private List<ConstraintDefinition> ending(Pair<TableDefinition> table) {
        Matched<ConstraintDefinition> matched = Matched.constraints(table.before(), table.after());
        List<ConstraintDefinition> ending = new ArrayList<>(matched.gone());
        matched.pairs().stream()
                .filter(pair -> way(table, pair) == Way.ANEW || toRefilled(pair.before()))
                .forEach(pair -> ending.add(pair.before()));
        return ending;
    }

    private List<ConstraintDefinition> beginning(Pair<TableDefinition> table) {
        Matched<ConstraintDefinition> matched = Matched.constraints(table.before(), table.after());
        List<ConstraintDefinition> beginning = new ArrayList<>(matched.added());
        for (Pair<ConstraintDefinition> pair : matched.pairs()) {
            boolean becomesPossible =
                    !wasThere(table, pair.before()) && possible(familyAfter, table.after(), pair.after());
            if (way(table, pair) == Way.ANEW || toRefilled(pair.before()) || becomesPossible) {
                beginning.add(pair.after());
            }
        }
        return beginning;
    }

    /** A key to a table whose rows are copied again would be checked while they are missing, when its columns change their type. */
    private boolean toRefilled(ConstraintDefinition key) {
        return key.references() != null
                && !tables.delta().plainCast()
                && tables.pairs().stream()
                        .anyMatch(p -> p.before().name().equals(key.references())
                                && tables.rewritten(p.after().oid(), SchemaDelta.TYPE));
    }

    /** Foreign keys first: they hold the keys they refer to. Tables have their old names. */
    void drop() {
        dropKeysOfUntouched();
        tables.pairs().forEach(table -> drop(table, true));
        tables.pairs().forEach(table -> drop(table, false));
    }

    private void drop(Pair<TableDefinition> table, boolean foreign) {
        for (ConstraintDefinition constraint : ending(table)) {
            if ((constraint.kind() == Kind.FOREIGN_KEY) == foreign && dropsItself(table, constraint)) {
                out.add(change(
                        table.after().oid(), DdlKind.DROP_CONSTRAINT, constraint.name(), dropping(table, constraint)));
            }
        }
    }

    private String dropping(Pair<TableDefinition> table, ConstraintDefinition constraint) {
        QualifiedName name = table.before().name();
        return WishedKey.is(constraint)
                ? WishedKey.drop(dialect, name)
                : "ALTER TABLE " + (keptByChildren(table, constraint) ? "ONLY " : "") + dialect.quote(name)
                        + " DROP CONSTRAINT IF EXISTS " + dialect.quote(constraint.name());
    }

    /** Tables of the picture before that the change does not concern, but perhaps what they refer to. */
    List<TableDefinition> untouched() {
        Set<Integer> dropped =
                tables.dropped().stream().map(TableDefinition::oid).collect(Collectors.toSet());
        return tables.delta().before().tables().stream()
                .filter(t -> tables.after(t.oid()).isEmpty() && !dropped.contains(t.oid()))
                .toList();
    }

    /** Of an untouched table, in the new names of what they refer to. */
    List<ConstraintDefinition> keysToRefilled(TableDefinition table) {
        return table.constraints().stream()
                .filter(this::toRefilled)
                .map(key -> new ConstraintDefinition(
                        key.oid(),
                        key.name(),
                        key.kind(),
                        tables.renamed(new Pair<>(table, table), key),
                        key.columns(),
                        tables.renamed(key.references()),
                        key.validated(),
                        key.local(),
                        key.comment()))
                .toList();
    }

    private void dropKeysOfUntouched() {
        Set<QualifiedName> dropped =
                tables.dropped().stream().map(TableDefinition::name).collect(Collectors.toSet());
        for (TableDefinition table : untouched()) {
            for (ConstraintDefinition key : table.constraints()) {
                boolean hinders = key.references() != null && (dropped.contains(key.references()) || toRefilled(key));
                if (hinders && key.local()) {
                    out.add(change(
                            table.oid(),
                            DdlKind.DROP_CONSTRAINT,
                            key.name(),
                            "ALTER TABLE " + dialect.quote(table.name()) + " DROP CONSTRAINT IF EXISTS "
                                    + dialect.quote(key.name())));
                }
            }
        }
    }

    private SchemaChange change(int table, DdlKind kind, String constraint, String sql) {
        return tables.change(table, kind, "constraint " + constraint + " on " + tables.sourceName(table), List.of(sql));
    }

    /** A partition's foreign key is its parent's; an inherited check goes with the parent's too. */
    private boolean dropsItself(Pair<TableDefinition> table, ConstraintDefinition constraint) {
        if (constraint.local()) {
            return true;
        }
        List<Pair<TableDefinition>> parents =
                tables.constantParents(table.after().oid());
        return switch (constraint.kind()) {
            case FOREIGN_KEY -> parents.isEmpty();
            case CHECK ->
                parents.stream()
                        .noneMatch(
                                // Also one that stays: an inherited one cannot be dropped alone.
                                p -> p.before().constraints().stream()
                                                .anyMatch(c -> c.name().equals(constraint.name()))
                                        && !keptByChildren(p, constraint));
            case PRIMARY_KEY, UNIQUE, EXCLUSION -> true;
        };
    }

    /** As after {@code ALTER TABLE ONLY parent DROP CONSTRAINT}. */
    private boolean keptByChildren(Pair<TableDefinition> parent, ConstraintDefinition constraint) {
        return constraint.kind() == Kind.CHECK
                && tables.constantChildren(parent.after().oid()).stream()
                        .flatMap(child -> Matched.constraints(child.before(), child.after()).pairs().stream())
                        .anyMatch(c -> c.before().name().equals(constraint.name())
                                && !c.before().local()
                                && c.after().local());
    }

    /** Tables and columns have their new names. */
    void rename() {
        for (Pair<TableDefinition> table : tables.pairs()) {
            List<Rename<ConstraintDefinition, String>> renames = new ArrayList<>();
            for (Pair<ConstraintDefinition> pair :
                    Matched.constraints(table.before(), table.after()).pairs()) {
                boolean other = !pair.before().name().equals(pair.after().name());
                boolean stays = way(table, pair) != Way.ANEW && !toRefilled(pair.before());
                if (other && stays && wasThere(table, pair.before()) && !renamedWithParent(table, pair)) {
                    renames.add(new Rename<>(
                            pair.after(), pair.before().name(), pair.after().name()));
                }
            }
            RenameOrder.of(
                            renames,
                            r -> "penstock_" + Integer.toUnsignedString(r.what().oid()))
                    .forEach(r -> rename(table, r));
        }
    }

    private void rename(Pair<TableDefinition> table, Rename<ConstraintDefinition, String> rename) {
        QualifiedName name = table.after().name();
        SchemaChange change = change(
                table.after().oid(),
                DdlKind.ADD_CONSTRAINT,
                rename.to(),
                "ALTER TABLE " + dialect.quote(name) + " RENAME CONSTRAINT " + dialect.quote(rename.from()) + " TO "
                        + dialect.quote(rename.to()));
        // A partition's foreign key may have got another name here when its parent's was made, and none is made before
        // all tables show one
        // moment.
        boolean certain = rename.what().kind() != Kind.FOREIGN_KEY;
        out.add(certain ? change : change.unlessDone("select not (" + exists(name, rename.from()) + ")"));
    }

    private static String exists(QualifiedName table, String constraint) {
        return ExistsSql.constraint(table, constraint).substring("select ".length());
    }

    private boolean renamedWithParent(Pair<TableDefinition> table, Pair<ConstraintDefinition> pair) {
        return pair.after().kind() == Kind.CHECK
                && tables.constantParents(table.after().oid()).stream()
                        .flatMap(parent -> Matched.constraints(parent.before(), parent.after()).pairs().stream())
                        .anyMatch(p -> p.before().name().equals(pair.before().name())
                                && p.after().name().equals(pair.after().name()));
    }

    void alter() {
        for (Pair<TableDefinition> table : tables.pairs()) {
            for (Pair<ConstraintDefinition> pair :
                    Matched.constraints(table.before(), table.after()).pairs()) {
                if (wasThere(table, pair.before()) && !toRefilled(pair.before())) {
                    alter(table, pair);
                }
            }
        }
    }

    private void alter(Pair<TableDefinition> table, Pair<ConstraintDefinition> pair) {
        ConstraintDefinition a = pair.after();
        Way way = way(table, pair);
        String alter = "ALTER TABLE " + dialect.quote(table.after().name());
        String name = dialect.quote(a.name());
        if (becomesOwn(table, pair)) {
            String sql = alter + " ADD CONSTRAINT " + name + " " + a.definition();
            out.add(change(table.after().oid(), DdlKind.ADD_CONSTRAINT, a.name(), sql));
        }
        boolean withParent =
                !a.local() && !tables.constantParents(table.after().oid()).isEmpty();
        if (way == Way.VALIDATE && !withParent) {
            out.add(change(
                            table.after().oid(),
                            DdlKind.ADD_CONSTRAINT,
                            a.name(),
                            alter + " VALIDATE CONSTRAINT " + name)
                    .withStage(a.kind() == Kind.FOREIGN_KEY ? Stage.WHEN_CONSISTENT : Stage.AFTER_COPY));
        } else if (way == Way.DEFER && !withParent) {
            out.add(change(
                            table.after().oid(),
                            DdlKind.ADD_CONSTRAINT,
                            a.name(),
                            alter + " ALTER CONSTRAINT " + name + deferral(a.definition()))
                    .unlessDone("select not (" + exists(table.after().name(), a.name()) + ")"));
            if (a.validated() && !pair.before().validated()) {
                out.add(change(
                                table.after().oid(),
                                DdlKind.ADD_CONSTRAINT,
                                a.name(),
                                alter + " VALIDATE CONSTRAINT " + name)
                        .withStage(Stage.WHEN_CONSISTENT));
            }
        }
    }

    /** An inherited check that was declared for the child as well: the two become one. */
    private boolean becomesOwn(Pair<TableDefinition> table, Pair<ConstraintDefinition> pair) {
        ConstraintDefinition a = pair.after();
        return a.kind() == Kind.CHECK
                && a.local()
                && !pair.before().local()
                && !table.after().isPartition()
                && tables.constantParents(table.after().oid()).stream()
                        .flatMap(p -> p.after().constraints().stream())
                        .anyMatch(c -> c.kind() == Kind.CHECK && c.name().equals(a.name()));
    }

    private static String deferral(String definition) {
        if (!QuotedText.contains(definition, ConstraintText.DEFERRABLE)) {
            return " NOT DEFERRABLE";
        }
        return ConstraintText.DEFERRABLE
                + (QuotedText.contains(definition, ConstraintText.DEFERRED)
                        ? ConstraintText.DEFERRED
                        : " INITIALLY IMMEDIATE");
    }

    /** The table with nothing but those constraints that are to be created, without foreign keys. */
    List<ConstraintDefinition> toCreate(Pair<TableDefinition> table) {
        boolean apart = tables.constantParents(table.after().oid()).isEmpty();
        return beginning(table).stream()
                .filter(c ->
                        c.kind() != Kind.FOREIGN_KEY && usingIndex(table, c).isEmpty())
                .filter(c -> c.kind() != Kind.CHECK || c.local() || apart)
                .toList();
    }

    List<ConstraintDefinition> foreignKeys(Pair<TableDefinition> table) {
        return beginning(table).stream()
                .filter(c -> c.kind() == Kind.FOREIGN_KEY)
                .toList();
    }

    TableFamily family() {
        return familyAfter;
    }

    /** {@code ADD CONSTRAINT ... USING INDEX}: what was an index is a constraint's now. */
    void takeIndexes(Pair<TableDefinition> table) {
        for (ConstraintDefinition constraint : beginning(table)) {
            usingIndex(table, constraint).ifPresent(index -> {
                String deferral = QuotedText.contains(constraint.definition(), ConstraintText.DEFERRABLE)
                        ? deferral(constraint.definition())
                        : "";
                out.add(change(
                        table.after().oid(),
                        DdlKind.ADD_CONSTRAINT,
                        constraint.name(),
                        "ALTER TABLE " + dialect.quote(table.after().name()) + " ADD CONSTRAINT "
                                + dialect.quote(constraint.name())
                                + (constraint.kind() == Kind.PRIMARY_KEY ? " PRIMARY KEY" : " UNIQUE")
                                + " USING INDEX " + dialect.quote(index.name()) + deferral));
            });
        }
    }

    private Optional<IndexDefinition> usingIndex(Pair<TableDefinition> table, ConstraintDefinition constraint) {
        return Matched.indexes(table.before(), table.after()).pairs().stream()
                .filter(p -> !p.before().constraint()
                        && p.before().valid()
                        && p.after().constraint()
                        && p.before().oid() == p.after().oid()
                        && p.after().name().equals(constraint.name()))
                .map(Pair::before)
                .findFirst();
    }
}
