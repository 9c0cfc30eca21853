package io.penstock.engine.mapping;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeFit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the rows of a table fit the table of another one into which they go: what does not would stop the copy half-way. Pure. */
final class GuestFit {
    private final Catalog catalog;
    private final DestinationNames names;
    /** Base types of domains, by the domain's name at the source. */
    private final Map<String, String> bases = new LinkedHashMap<>();

    private final Map<String, List<String>> labels = new LinkedHashMap<>();

    /** @param catalog with the columns that the task's file adds */
    GuestFit(Catalog catalog, DestinationNames names) {
        this.catalog = catalog;
        this.names = names;
        for (TypeDefinition type : catalog.types()) {
            if (type instanceof TypeDefinition.DomainType domain) {
                bases.put(domain.name().toString(), domain.baseType());
            }
            if (type instanceof TypeDefinition.EnumType enumerated) {
                labels.put(enumerated.name().toString(), enumerated.labels());
            }
        }
    }

    /** @param mayLack whether columns that are missing there are left out */
    List<String> problems(TableDefinition guest, boolean mayLack) {
        return catalog.tables().stream()
                .filter(t -> !names.isGuest(t.oid()) && !names.lacks(t.oid()))
                .filter(t -> destination(t).equals(destination(guest)))
                .findFirst()
                .map(host -> problems(guest, host, mayLack))
                .orElse(List.of());
    }

    private List<String> problems(TableDefinition guest, TableDefinition host, boolean mayLack) {
        List<String> problems = new ArrayList<>();
        Map<String, ColumnDefinition> there = columns(host);
        Map<String, ColumnDefinition> theirs = columns(guest);
        theirs.values().removeIf(c -> c.generated() != Generated.NO);
        QualifiedName shared = destination(guest);
        theirs.forEach((name, column) -> {
            Optional<ColumnDefinition> found =
                    Optional.ofNullable(there.get(name)).filter(c -> c.generated() == Generated.NO);
            String quoted = Identifiers.quote(name);
            if (found.isEmpty()) {
                if (!mayLack) {
                    problems.add(shared + " would have no column " + quoted + " for " + guest.name());
                }
            } else if (!fits(base(column.type()), base(found.get().type()))) {
                problems.add("column " + quoted + " of " + shared + " would be "
                        + found.get().type() + ", as " + host.name() + " has it, which does not take every "
                        + column.type() + " of " + guest.name());
            }
        });
        there.forEach((name, column) -> {
            if (isDemanded(column) && !theirs.containsKey(name)) {
                problems.add("column " + Identifiers.quote(name) + " of " + shared
                        + " would be NOT NULL without a default, as " + host.name() + " has it, and " + guest.name()
                        + " has no such column");
            }
        });
        return problems;
    }

    /** Whether every row must bring a value. */
    private static boolean isDemanded(ColumnDefinition column) {
        return column.notNull()
                && column.defaultExpression() == null
                && column.identity() == Identity.NO
                && column.generated() == Generated.NO;
    }

    private QualifiedName destination(TableDefinition table) {
        return names.object(table.oid(), table.name());
    }

    /** By their names at the destination. */
    private Map<String, ColumnDefinition> columns(TableDefinition table) {
        Map<String, ColumnDefinition> columns = new LinkedHashMap<>();
        for (ColumnDefinition c : table.columns()) {
            if (!names.lacksColumn(table.oid(), c.number())) {
                columns.put(names.column(table.oid(), c.number(), c.name()), c);
            }
        }
        return columns;
    }

    private boolean fits(String from, String to) {
        List<String> theirs = labels.get(from);
        List<String> there = labels.get(to);
        return theirs != null && there != null ? there.containsAll(theirs) : TypeFit.into(from, to);
    }

    /** A domain may be made over another one. */
    private String base(String type) {
        String base = type;
        for (int depth = 0; depth < bases.size() && bases.containsKey(base); depth++) {
            base = bases.get(base);
        }
        return base;
    }
}
