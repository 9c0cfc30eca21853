package io.penstock.engine.mapping;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnStatistics;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.KeyPrefix;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DefaultDistribution;
import io.penstock.core.task.Distribution;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses, where the task file asks for it, by which columns of its key a table is distributed. The choice is kept with the names: the
 * source's statistics change, and the rows stay where they are.
 */
public final class SelectiveKeys {
    private SelectiveKeys() {}

    /** The names, with the choices for all tables of the catalog. */
    public static DestinationNames choose(TaskSpec spec, SourceSetup setup, Catalog catalog, DestinationNames names) {
        List<TableDefinition> asked = catalog.tables().stream()
                .filter(t -> !t.isPartition() && asks(spec, t.name()))
                .toList();
        if (asked.isEmpty()) {
            return names;
        }
        Map<Integer, Map<String, ColumnStatistics>> statistics =
                setup.statistics(asked.stream().map(TableDefinition::oid).toList());
        DestinationNames chosen = names;
        for (TableDefinition table : asked) {
            Optional<List<Integer>> prefix = KeyPrefix.of(table, statistics.getOrDefault(table.oid(), Map.of()));
            if (prefix.isPresent()) {
                chosen = chosen.withDistribution(table.oid(), prefix.get());
            }
        }
        return chosen;
    }

    private static boolean asks(TaskSpec spec, QualifiedName table) {
        return Optional.ofNullable(spec.tables().get(table))
                .flatMap(TableSpec::distributedBy)
                .map(d -> d instanceof Distribution.Selective)
                .orElse(spec.distributedBy() == DefaultDistribution.SELECTIVE);
    }
}
