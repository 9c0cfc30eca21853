package io.penstock.core.schema;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.ColumnsSpec;
import io.penstock.core.task.ConflictPolicy;
import io.penstock.core.task.Distribution;
import io.penstock.core.task.NameCase;
import io.penstock.core.task.NamesSpec;
import io.penstock.core.task.RuleTarget;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names that the task's file gives to what it is asked about. A table: its own {@code to}; else the first rule that matches, in the
 * task's case; else, for a partition, its own name in its parent's schema; else its own name in the task's case. Types and sequences keep
 * their names and move with the schema. Immutable.
 */
public final class TaskNames {
    /** All as at the source. */
    public static final TaskNames SAME = new TaskNames(NamesSpec.DEFAULT, Map.of(), ConflictPolicy.FAIL);

    private final NameCase nameCase;
    private final List<Rule> rules;
    private final Map<QualifiedName, TableSpec> tables;
    private final ConflictPolicy conflicts;

    private record Rule(Pattern match, RuleTarget to) {}

    private TaskNames(NamesSpec names, Map<QualifiedName, TableSpec> tables, ConflictPolicy conflicts) {
        this.nameCase = names.nameCase();
        this.rules = names.rules().stream()
                .map(r -> new Rule(r.pattern(), r.target()))
                .toList();
        this.tables = tables;
        this.conflicts = conflicts;
    }

    public static TaskNames of(TaskSpec task) {
        return new TaskNames(task.names(), task.tables(), task.conflicts());
    }

    /** Where everything of the catalog goes, none of which is known yet. */
    public DestinationNames of(Catalog catalog) {
        Catalog nothing =
                new Catalog(catalog.serverVersion(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
        return new NewNames(this, nothing, catalog).all();
    }

    /** Whether no name differs and no column is left out. */
    public boolean isSame() {
        return nameCase == NameCase.SOURCE
                && rules.isEmpty()
                && tables.values().stream()
                        .allMatch(t -> t.to().isEmpty()
                                && t.columns().exclude().isEmpty()
                                && t.columns().rename().isEmpty());
    }

    /** Whether tables that the destination has already are taken as they are. */
    public boolean takesExistingTables() {
        return conflicts == ConflictPolicy.IGNORE;
    }

    /** The name under which the file has the table's settings: its own, or else the one it had when the file was last right. */
    QualifiedName settings(DestinationNames names, TableDefinition table) {
        return tables.containsKey(table.name()) ? table.name() : names.settings(table.oid(), table.name());
    }

    public boolean hasSettings(QualifiedName name) {
        return tables.containsKey(name);
    }

    Optional<QualifiedName> explicit(QualifiedName settings) {
        return Optional.ofNullable(tables.get(settings)).flatMap(TableSpec::to);
    }

    private ColumnsSpec columns(QualifiedName settings) {
        TableSpec table = tables.get(settings);
        return table == null ? ColumnsSpec.UNCHANGED : table.columns();
    }

    boolean excludes(QualifiedName settings, String column) {
        return columns(settings).exclude().contains(column);
    }

    boolean renames(QualifiedName settings, String column) {
        return columns(settings).rename().containsKey(column);
    }

    /** @param column at the destination */
    boolean laysOutBy(QualifiedName settings, String column) {
        TableSpec table = tables.get(settings);
        return table != null
                && (table.primaryKey().contains(column)
                        || table.distributedBy()
                                .filter(d -> d instanceof Distribution.ByColumns by
                                        && by.columns().contains(column))
                                .isPresent());
    }

    String column(QualifiedName settings, String column) {
        String renamed = columns(settings).rename().get(column);
        return renamed != null
                ? renamed
                : switch (nameCase) {
                    case SOURCE, DEFAULT -> column;
                    case LOWER -> column.toLowerCase(Locale.ROOT);
                    case UPPER -> column.toUpperCase(Locale.ROOT);
                };
    }

    /** @param parent of a partition, at the destination */
    QualifiedName table(QualifiedName source, QualifiedName settings, @Nullable QualifiedName parent) {
        Optional<QualifiedName> to = explicit(settings);
        if (to.isPresent()) {
            return to.get();
        }
        Optional<QualifiedName> ruled = byRule(source);
        if (ruled.isPresent()) {
            return cased(ruled.get());
        }
        QualifiedName own = cased(source);
        return parent == null ? own : new QualifiedName(parent.schema(), own.table());
    }

    /** For types, and for sequences that belong to no table. */
    QualifiedName moved(QualifiedName source) {
        QualifiedName named = cased(byRule(source).orElse(source));
        return new QualifiedName(named.schema(), source.table());
    }

    private Optional<QualifiedName> byRule(QualifiedName source) {
        for (Rule rule : rules) {
            Matcher match = rule.match().matcher(source.schema() + "." + source.table());
            if (match.matches()) {
                return Optional.of(expand(rule, match, source));
            }
        }
        return Optional.empty();
    }

    private static QualifiedName expand(Rule rule, Matcher match, QualifiedName source) {
        try {
            return rule.to().expand(match, source.schema());
        } catch (IllegalArgumentException e) {
            throw new PenstockException(
                    ErrorKind.PRECHECK,
                    "The rule " + rule.match() + " of names.rules gives " + source
                            + " an empty name. Correct the rule, or name the table with tables.*.to.",
                    e);
        }
    }

    private QualifiedName cased(QualifiedName name) {
        return switch (nameCase) {
            case SOURCE -> name;
            case LOWER, DEFAULT ->
                new QualifiedName(
                        name.schema().toLowerCase(Locale.ROOT), name.table().toLowerCase(Locale.ROOT));
            case UPPER ->
                new QualifiedName(
                        name.schema().toUpperCase(Locale.ROOT), name.table().toUpperCase(Locale.ROOT));
        };
    }
}
