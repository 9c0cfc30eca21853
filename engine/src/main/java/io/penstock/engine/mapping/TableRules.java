package io.penstock.engine.mapping;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.ConflictPolicy;
import io.penstock.core.task.OnDdlError;
import io.penstock.core.task.OnMissingColumn;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the task's file says about the rows of one table: its own settings, else, for a partition, those of the table it belongs to, else
 * the task's. Pure.
 *
 * @param tables by their names at the source
 */
public record TableRules(
        TaskSpec spec, DestinationNames names, Function<QualifiedName, Optional<TableDefinition>> tables) {
    public static TableRules of(TaskSpec spec, DestinationNames names, Catalog catalog) {
        return new TableRules(spec, names, catalog::table);
    }

    public RowPolicy policy(TableDefinition table) {
        boolean mixed = names.isMixed(table.oid());
        return new RowPolicy(
                setting(table, TableSpec::dml).orElse(spec.dml()),
                mixed,
                mixed && spec.conflicts() == ConflictPolicy.IGNORE,
                0);
    }

    public boolean mayLackColumns(TableDefinition table) {
        return setting(table, TableSpec::onMissingColumn).orElse(spec.onMissingColumn()) == OnMissingColumn.IGNORE;
    }

    public OnDdlError onDdlError(TableDefinition table) {
        return setting(table, TableSpec::onDdlError).orElse(spec.onDdlError());
    }

    private <T> Optional<T> setting(TableDefinition table, Function<TableSpec, Optional<T>> which) {
        QualifiedName name =
                spec.tables().containsKey(table.name()) ? table.name() : names.settings(table.oid(), table.name());
        Optional<T> own = Optional.ofNullable(spec.tables().get(name)).flatMap(which);
        if (own.isPresent() || !table.isPartition()) {
            return own;
        }
        return table.parents().stream().findFirst().flatMap(tables).flatMap(parent -> setting(parent, which));
    }
}
