package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.NameProblems;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.TableRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the task's file says about tables that the stream brings or changes. Runs in the reader's thread. */
final class NewTables {
    private final TaskSpec spec;
    private final SourceModel model;
    private final DestinationSchema schema;
    private final boolean sameNames;

    NewTables(TaskSpec spec, SourceModel model, DestinationSchema schema) {
        this.spec = spec;
        this.model = model;
        this.schema = schema;
        this.sameNames = TaskNames.of(spec).isSame();
    }

    /**
     * Passes when the destination can have the names.
     *
     * @param image tables that are new or changed
     */
    void requireNames(Catalog image, DestinationNames names) {
        if (sameNames) {
            return;
        }
        Map<Integer, TableDefinition> tables = new LinkedHashMap<>();
        model.tableOids().forEach(oid -> model.table(oid).ifPresent(t -> tables.put(oid, t)));
        image.tables().forEach(t -> tables.put(t.oid(), t));
        List<String> problems = new ArrayList<>(NameProblems.collisions(tables.values(), names));
        problems.addAll(NameProblems.unusable(image.tables(), names, schema.systemColumns()));
        if (!problems.isEmpty()) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "The source has changed its definitions, and the names that the task's file gives cannot be used: "
                            + String.join("; ", problems)
                            + ". Nothing of the transaction is applied. Correct the names in the task's file, or rename at the source"
                            + " in one transaction with the cause, and run again.");
        }
    }

    /**
     * Tables that were to be created hold rows of others only if they were there.
     *
     * @param existing oids of those that were there
     */
    DestinationNames withExisting(Catalog image, DestinationNames names, Set<Integer> existing) {
        DestinationNames known = names;
        for (TableDefinition table : image.tables()) {
            boolean created = model.table(table.oid()).isEmpty() && !names.isGuest(table.oid());
            if (created && !existing.contains(table.oid())) {
                known = known.withMixed(table.oid(), false);
            }
        }
        return known;
    }

    TableRules rules(Catalog image, DestinationNames names) {
        return new TableRules(spec, names, name -> image.table(name).or(() -> model.table(name)));
    }
}
