package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.ColumnsSpec;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.TableRules;
import java.util.ArrayList;
import java.util.List;

/** The tables a run begins with, where the task's file may have been changed since the last one. Pure. */
final class KnownTables {
    private KnownTables() {}

    /**
     * Which changes of rows are followed is the file's to say at any time; names are not, because the destination's tables have those of
     * the first run.
     *
     * @throws PenstockException USAGE when the file asks for another name than the destination has
     */
    static List<TableProgress> asTheFileSays(List<TableProgress> stored, TaskSpec spec, SourceModel model) {
        List<String> problems = new ArrayList<>();
        model.tableOids().forEach(oid -> model.table(oid).ifPresent(t -> differences(t, spec, model, problems)));
        if (!problems.isEmpty()) {
            throw new PenstockException(
                    ErrorKind.USAGE,
                    String.join("\n", problems)
                            + "\nA task keeps the names it began with. Put the file back, or release the task and start it again.");
        }
        TableRules rules = new TableRules(spec, model.names(), model::table);
        return stored.stream()
                .map(t -> model.table(t.mapping().sourceOid())
                        .map(definition -> t.withMapping(t.mapping().under(rules.policy(definition))))
                        .orElse(t))
                .toList();
    }

    private static void differences(TableDefinition table, TaskSpec spec, SourceModel model, List<String> problems) {
        DestinationNames names = model.names();
        TableSpec settings = spec.tables().get(table.name());
        if (settings == null || names.lacks(table.oid())) {
            return;
        }
        String path = "tables." + table.name();
        QualifiedName is = names.object(table.oid(), table.name());
        settings.to()
                .filter(to -> !to.equals(is))
                .ifPresent(to -> problems.add(path + ".to: is " + to + ", and the task has begun with " + is));
        ColumnsSpec columns = settings.columns();
        for (ColumnDefinition column : table.columns()) {
            boolean lacks = names.lacksColumn(table.oid(), column.number());
            String there = names.column(table.oid(), column.number(), column.name());
            String quoted = Identifiers.quote(column.name());
            if (columns.exclude().contains(column.name()) && !lacks) {
                problems.add(path + ".columns.exclude: has " + quoted + ", which the task has begun to bring");
            }
            String wanted = columns.rename().get(column.name());
            if (!lacks && wanted != null && !wanted.equals(there)) {
                problems.add(path + ".columns.rename: calls " + quoted + " " + Identifiers.quote(wanted)
                        + ", and the task has begun with " + Identifiers.quote(there));
            }
        }
    }
}
