package io.penstock.engine.stream;

import io.penstock.core.progress.TableProgress;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.TableRules;
import java.util.List;

/** The tables a run begins with, where the task's file may have been changed since the last one. Pure. */
final class KnownTables {
    private KnownTables() {}

    /** Which changes of rows are followed is the file's to say at any time; names and rules are not, and stay. */
    static List<TableProgress> asTheFileSays(List<TableProgress> stored, TaskSpec spec, SourceModel model) {
        TableRules rules = new TableRules(spec, model.names(), model::table);
        return stored.stream()
                .map(t -> model.table(t.mapping().sourceOid())
                        .map(definition -> t.withMapping(t.mapping().under(rules.policy(definition))))
                        .orElse(t))
                .toList();
    }
}
