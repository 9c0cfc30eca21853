package io.penstock.engine.mapping;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.NewNames;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.BegunWith;
import io.penstock.core.task.Distribution;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the file of a task that has begun still says what the destination's tables were made with. Names, keys, distribution and
 * storage stay; which changes of rows are followed may change, as far as that is possible for the table. One use, one thread.
 */
public final class BegunSettings {
    private static final String NOT_SET = "not set";

    private final TaskSpec spec;
    private final Optional<BegunWith> begun;
    private final BegunWith now;
    private final Catalog known;
    private final DestinationNames names;
    private final NewNames fresh;
    private final Supplier<Catalog> present;
    private final List<String> problems = new ArrayList<>();
    private @Nullable Catalog source;

    /**
     * @param begun what the file said at the last start; empty when nobody knows
     * @param known the tables as the task knows them
     * @param names of these at the destination
     * @param present the tables as the source has them now; asked for only when something differs
     */
    public BegunSettings(
            TaskSpec spec,
            Optional<BegunWith> begun,
            Catalog known,
            DestinationNames names,
            Supplier<Catalog> present) {
        this.spec = spec;
        this.begun = begun;
        this.now = of(spec);
        this.known = known;
        this.names = names;
        this.present = present;
        Catalog nothing =
                new Catalog(known.serverVersion(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
        this.fresh = new NewNames(TaskNames.of(spec), nothing, known);
    }

    /** What a file says of what stays. */
    public static BegunWith of(TaskSpec spec) {
        return new BegunWith(
                spec.storage(),
                spec.etl().map(RuleTexts::written).orElse(""),
                spec.tables().entrySet().stream()
                        .map(e -> of(e.getKey(), e.getValue(), RuleTexts.written(spec, e.getKey())))
                        .toList());
    }

    private static BegunWith.Table of(QualifiedName name, TableSpec table, String rule) {
        return new BegunWith.Table(
                name,
                table.to().orElse(null),
                table.columns().rename(),
                table.columns().exclude(),
                table.primaryKey(),
                table.distributedBy().map(Distribution::written).orElse(null),
                table.storage().filter(s -> !s.equals(TaskSpec.DEFAULT_STORAGE)).orElse(null),
                rule);
    }

    private static String list(Collection<String> columns) {
        return columns.isEmpty()
                ? NOT_SET
                : columns.stream().map(Identifiers::quote).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Places in the file that were changed and may be, because no table of the task was made with them. */
    public List<String> changedElsewhere() {
        if (begun.isEmpty()) {
            return List.of();
        }
        Set<QualifiedName> all = new LinkedHashSet<>();
        Stream.concat(begun.get().tables().stream(), now.tables().stream()).forEach(t -> all.add(t.name()));
        List<String> places = new ArrayList<>();
        if (!begun.get().storage().equals(now.storage())) {
            places.add("storage");
        }
        all.stream()
                .filter(name -> !begun.get().table(name).equals(now.table(name)))
                .forEach(name -> places.add(RuleTexts.place(name, "")));
        return places;
    }

    /**
     * Passes when the task can go on under the file.
     *
     * @param mapped the tables that are mapped so far
     * @throws PenstockException USAGE with every place that must be put back
     */
    public void require(Collection<TableMapping> mapped) {
        known.tables().stream().filter(t -> !names.lacks(t.oid())).forEach(this::compare);
        List<String> unfollowable = unfollowable(mapped);
        List<String> lines = new ArrayList<>(problems);
        if (!problems.isEmpty()) {
            lines.add(
                    "What the destination's tables were made with stays. Put the file back as it was; or release the task, drop"
                            + " these destination tables and start it again.");
        }
        lines.addAll(unfollowable);
        if (!lines.isEmpty()) {
            throw new PenstockException(ErrorKind.USAGE, String.join("\n", lines));
        }
    }

    private List<String> unfollowable(Collection<TableMapping> mapped) {
        TableRules rules = TableRules.of(spec, names, known);
        Set<Integer> ruled = mapped.stream()
                .filter(m -> m.rule() != null)
                .map(TableMapping::sourceOid)
                .collect(Collectors.toSet());
        List<String> lines = new ArrayList<>();
        for (TableDefinition table : known.tables()) {
            RowPolicy policy = rules.policy(table);
            if (TableMapper.isUnfollowable(table, policy)) {
                lines.add(TableMapper.unfollowable(table));
            } else if (ruled.contains(table.oid()) && policy.missesRows()) {
                lines.add(RuleTexts.place(table.name(), "") + ": " + RowRules.NEEDS_ALL_ROWS);
            }
        }
        return lines;
    }

    private void compare(TableDefinition table) {
        BegunWith.Table before = settings(table, table, begun.orElse(now));
        BegunWith.Table after = settings(table, table, now);
        if (!before.equals(after) && !isNamed(table, now)) {
            // The source may have renamed it meanwhile, and the file with it.
            after = settings(table, present(table), now);
        }
        names(table, before, after);
        columns(table, before, after);
        layout(table, before, after);
    }

    private boolean isNamed(TableDefinition table, BegunWith file) {
        return file.table(table.name()).isPresent()
                || file.table(names.settings(table.oid(), table.name())).isPresent();
    }

    /** @param called the same table under the name by which the file may know it */
    private BegunWith.Table settings(TableDefinition table, TableDefinition called, BegunWith file) {
        return file.table(called.name())
                .or(() -> file.table(names.settings(table.oid(), table.name())))
                .orElseGet(() -> BegunWith.Table.unnamed(called.name(), file.rule()));
    }

    /** As the source has it now, or as it was known last. */
    private TableDefinition present(TableDefinition table) {
        Catalog catalog = source;
        if (catalog == null) {
            catalog = present.get();
            source = catalog;
        }
        return catalog.tables().stream()
                .filter(t -> t.oid() == table.oid())
                .findFirst()
                .orElse(table);
    }

    private void names(TableDefinition table, BegunWith.Table before, BegunWith.Table after) {
        QualifiedName is = names.object(table.oid(), table.name());
        QualifiedName to = after.to();
        if (to != null && !to.equals(is)) {
            problem(after, "to", "is " + to + ", and the task has begun with " + is);
        }
        if (to == null && before.to() != null && !fresh.tableName(names, table).equals(is)) {
            problem(after, "to", "is gone, and the task has begun with " + is);
        }
    }

    private void columns(TableDefinition table, BegunWith.Table before, BegunWith.Table after) {
        for (ColumnDefinition column : table.columns()) {
            boolean lacks = names.lacksColumn(table.oid(), column.number());
            String quoted = Identifiers.quote(column.name());
            String there = names.column(table.oid(), column.number(), column.name());
            // Otherwise the source has given the name to another column, and the file has not changed.
            boolean newlyExcluded = begun.isEmpty() || !before.exclude().contains(column.name());
            if (after.exclude().contains(column.name()) && !lacks && newlyExcluded) {
                problem(after, "columns.exclude", "has " + quoted + ", which the task has begun to bring");
            }
            if (lacks && before.exclude().contains(column.name())) {
                if (!says(table, column, after.exclude()::contains)) {
                    problem(after, "columns.exclude", "lacks " + quoted + ", which the task has begun without");
                }
                continue;
            }
            String wanted = after.rename().get(column.name());
            boolean newlyNamed =
                    begun.isEmpty() || !Objects.equals(wanted, before.rename().get(column.name()));
            if (!lacks && wanted != null && !wanted.equals(there) && newlyNamed) {
                problem(
                        after,
                        "columns.rename",
                        "calls " + quoted + " " + Identifiers.quote(wanted) + ", and the task has begun with "
                                + Identifiers.quote(there));
            }
            boolean gone = !lacks
                    && wanted == null
                    && there.equals(before.rename().get(column.name()))
                    && !fresh.columnName(names, table, column.name()).equals(there)
                    && !says(table, column, name -> there.equals(after.rename().get(name)));
            if (gone) {
                problem(
                        after,
                        "columns.rename",
                        "lacks " + quoted + ", and the task has begun with " + Identifiers.quote(there) + " for it");
            }
        }
    }

    /** Whether the file says so of the column, by the name that is known or by the one it has at the source now. */
    private boolean says(TableDefinition table, ColumnDefinition column, Function<String, Boolean> test) {
        return test.apply(column.name())
                || present(table).columns().stream()
                        .filter(c -> c.number() == column.number())
                        .anyMatch(c -> test.apply(c.name()));
    }

    private void layout(TableDefinition table, BegunWith.Table before, BegunWith.Table after) {
        if (begun.isEmpty() || names.isGuest(table.oid()) || !spec.runs(Phase.SCHEMA)) {
            return;
        }
        differs(after, "primaryKey", list(before.primaryKey()), list(after.primaryKey()));
        differs(after, "distributedBy", word(before.distributedBy()), word(after.distributedBy()));
        boolean own = before.storage() != null || after.storage() != null;
        if (own || !table.isPartition()) {
            String was = before.storage() == null ? begun.get().storage() : before.storage();
            String is = after.storage() == null ? now.storage() : after.storage();
            if (own) {
                differs(after, "storage", was, is);
            } else if (!was.equals(is)) {
                String later = was.equals(TaskSpec.DEFAULT_STORAGE)
                        ? ""
                        : "; if the new one is meant for tables to come, set "
                                + RuleTexts.place(table.name(), "storage") + ": " + was;
                problem(
                        "storage",
                        "is " + is + ", and the task has begun with " + was + " for " + table.name() + later);
            }
        }
    }

    private static String word(@Nullable String value) {
        return Objects.requireNonNullElse(value, NOT_SET);
    }

    private void differs(BegunWith.Table table, String key, String was, String is) {
        if (!was.equals(is)) {
            problem(table, key, "is " + is + ", and the task has begun with " + was);
        }
    }

    private void problem(BegunWith.Table table, String key, String what) {
        problem(RuleTexts.place(table.name(), key), what);
    }

    private void problem(String path, String what) {
        OptionalInt line = spec.lineOf(path);
        problems.add((line.isPresent() ? "line " + line.getAsInt() + ": " : "") + path + ": " + what);
    }
}
