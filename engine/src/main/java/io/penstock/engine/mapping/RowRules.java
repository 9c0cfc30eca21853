package io.penstock.engine.mapping;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.TableDefinition;
import io.penstock.engine.mapping.RuleBinding.Known;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which rule each table of a task is under: the one the task file gives it by its name, or its partitioned table; and it stays under it
 * whatever it is called later. Knows of each table what it was mapped with last. Thread-safe.
 */
public final class RowRules {
    /** Why a rule and a choice of `dml` exclude each other. */
    static final String NEEDS_ALL_ROWS =
            "with a filter, expressions or a script, `dml` must have insert and update: a row that an UPDATE changes is written"
                    + " anew, which would bring rows whose INSERT was left out.";

    private final Map<QualifiedName, Known> byName;
    private final Set<QualifiedName> wholeRows;
    private final @Nullable Function<TableDefinition, Optional<Known>> later;
    private final Map<String, String> typesThere;
    /** What each table was mapped with, by oid. */
    private final Map<Integer, Optional<RowRule>> mapped = new ConcurrentHashMap<>();

    /**
     * @param byName rules of the task file
     * @param wholeRows tables of the task file whose old rows must be in the log with all columns
     * @param typesThere see {@link RowRule#typesThere}
     * @param later the rule of a table that comes later; null when the file says nothing of any table
     */
    RowRules(
            Map<QualifiedName, Known> byName,
            Set<QualifiedName> wholeRows,
            Map<String, String> typesThere,
            @Nullable Function<TableDefinition, Optional<Known>> later) {
        this.later = later;
        this.typesThere = Map.copyOf(typesThere);
        this.byName = Map.copyOf(byName);
        this.wholeRows = ConcurrentHashMap.newKeySet();
        this.wholeRows.addAll(wholeRows);
    }

    /** For a task without any. */
    public static RowRules none() {
        return new RowRules(Map.of(), Set.of(), Map.of(), null);
    }

    /** Whether no table is or will be under a rule. */
    boolean isEmpty() {
        return byName.isEmpty() && later == null && mapped.values().stream().allMatch(Optional::isEmpty);
    }

    /** What the task file says, table by table. */
    public Collection<RuleText> texts() {
        return byName.values().stream().map(Known::text).toList();
    }

    /** See {@link io.penstock.core.port.SourceSetup#publish}. */
    public Collection<QualifiedName> wholeRows() {
        return Set.copyOf(wholeRows);
    }

    /** Takes note of a table as it is mapped already. */
    void known(TableMapping mapping) {
        mapped.put(mapping.sourceOid(), Optional.ofNullable(mapping.rule()));
    }

    /**
     * The mapping with the rule the table is under from now on.
     *
     * @param tables definitions by name, for those that the table is a partition of
     * @throws PenstockException REFUSED when the rule no longer fits the table, or the destination lacks an added column
     */
    public TableMapping apply(
            TableMapping mapping,
            TableDefinition table,
            DestinationTable destination,
            Function<QualifiedName, Optional<TableDefinition>> tables) {
        RowRule rule = rule(table, tables);
        if (rule != null) {
            rule = rule.withTypesThere(typesThere);
            requireAdded(rule, destination);
            requirePossible(rule, mapping);
            if (rule.wholeRows()) {
                wholeRows.add(rule.origin());
            }
        }
        mapped.put(table.oid(), Optional.ofNullable(rule));
        return rule == null ? mapping : mapping.withRule(rule);
    }

    private static void requirePossible(RowRule rule, TableMapping mapping) {
        if (mapping.policy().missesRows()) {
            throw new PenstockException(ErrorKind.REFUSED, "tables." + rule.origin() + ": " + NEEDS_ALL_ROWS);
        }
        if (mapping.withRule(rule).mixed() && rule.where() != null && !rule.exactWhere()) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "tables." + rule.origin() + ".where is not IMMUTABLE, and " + mapping.destination()
                            + " holds rows of others, so nobody could tell which rows are the task's own. Use an IMMUTABLE"
                            + " condition, or a destination table of its own.");
        }
    }

    /** Where no schema phase has made the table. */
    private static void requireAdded(RowRule rule, DestinationTable destination) {
        for (RowRule.Expression e : rule.expressions()) {
            if (e.added() && destination.column(e.column()).isEmpty()) {
                throw new PenstockException(
                        ErrorKind.REFUSED,
                        "Destination table " + destination.name() + " lacks column " + e.column()
                                + ", which `columns.set` of the task file adds. Run there: ALTER TABLE "
                                + destination.name()
                                + " ADD COLUMN " + Identifiers.quote(e.column()) + " " + rule.there(e.type())
                                + ";");
            }
        }
    }

    /** The rule that a table is under as it is defined here; null when it is under none. */
    @Nullable
    RowRule rule(TableDefinition table, Function<QualifiedName, Optional<TableDefinition>> tables) {
        RowRule rule = unchecked(table, tables, new HashSet<>());
        if (rule != null) {
            Optional<String> objection = RuleBinding.objection(rule, table);
            if (objection.isPresent()) {
                throw new PenstockException(
                        ErrorKind.REFUSED,
                        "tables." + rule.origin() + " cannot be followed for " + table.name() + ": " + objection.get());
            }
        }
        return rule;
    }

    /** @param seen names on the way from the partition upwards, so that the way ends */
    private @Nullable RowRule unchecked(
            TableDefinition table, Function<QualifiedName, Optional<TableDefinition>> tables, Set<QualifiedName> seen) {
        if (!seen.add(table.name())) {
            return null;
        }
        RowRule before = mapped.getOrDefault(table.oid(), Optional.empty()).orElse(null);
        RuleBinding binding = new RuleBinding(table);
        Known own = byName.get(table.name());
        if (own != null) {
            return before != null && before.origin().equals(table.name()) ? binding.again(before) : binding.first(own);
        }
        boolean partOf = false;
        for (QualifiedName parentName : table.isPartition() ? table.parents() : List.<QualifiedName>of()) {
            TableDefinition parent = tables.apply(parentName).orElse(null);
            RowRule parents = parent == null ? null : unchecked(parent, tables, seen);
            partOf |= parent != null;
            if (parent != null && parents != null) {
                return before != null && before.origin().equals(parents.origin())
                        ? binding.again(before)
                        : binding.inherited(parents, parent);
            }
        }
        if (later != null && !partOf && !mapped.containsKey(table.oid())) {
            Optional<Known> known = later.apply(table);
            if (known.isPresent()) {
                return binding.first(known.get());
            }
        }
        return before == null ? null : binding.again(before);
    }

    /** What a table was mapped with last, or, when it is new, what it will be mapped with. */
    @Nullable
    RowRule present(TableDefinition table, Function<QualifiedName, Optional<TableDefinition>> tables) {
        Optional<RowRule> known = mapped.get(table.oid());
        return known == null ? rule(table, tables) : known.orElse(null);
    }

    static Function<QualifiedName, Optional<TableDefinition>> in(Catalog... catalogs) {
        Map<QualifiedName, TableDefinition> byName = Arrays.stream(catalogs)
                .flatMap(c -> c.tables().stream())
                .collect(Collectors.toMap(TableDefinition::name, t -> t, (a, b) -> a));
        return name -> Optional.ofNullable(byName.get(name));
    }
}
