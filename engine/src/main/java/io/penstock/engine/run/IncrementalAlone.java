package io.penstock.engine.run;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.mapping.ExistingRows;
import io.penstock.engine.mapping.RowRules;
import io.penstock.engine.mapping.TableMapper;
import io.penstock.engine.mapping.TableRules;

/** The beginning of a task that copies nothing, because its tables were copied by somebody else. One thread; may be repeated. */
final class IncrementalAlone {
    private final TaskSpec spec;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final Attempt.Surroundings surroundings;
    private final RowRules rules;

    IncrementalAlone(
            TaskSpec spec,
            SourceSessions source,
            DestinationSessions destination,
            Attempt.Surroundings surroundings,
            RowRules rules) {
        this.spec = spec;
        this.source = source;
        this.destination = destination;
        this.surroundings = surroundings;
        this.rules = rules;
    }

    /**
     * Publishes the tables, then takes the slot, which must not be older than the publication, then records all tables as copied.
     *
     * @throws io.penstock.core.error.PenstockException PRECHECK when a person has to make or confirm the copy first
     */
    void begin(ProgressStore progress, SourceSetup setup, DestinationSchema schema) {
        setup.publish(setup.catalog(spec.objects()), spec.objects(), rules.wholeRows());
        Catalog published = setup.catalog(spec.objects());
        new TaskSlot(source, surroundings).adopt(progress, setup);
        DestinationNames names =
                ExistingRows.atTheBeginning(spec, TaskNames.of(spec).of(published), published.tables(), schema);
        TableRules settings = TableRules.of(spec, names, published);
        for (TableDefinition table : published.tables()) {
            DestinationTable there = existing(names.object(table.oid(), table.name()), schema);
            TableMapping mapping = rules.apply(TableMapper.map(table, there, settings), table, there, published::table);
            TableProgress record = TableProgress.waiting(mapping, table.estimatedRows());
            progress.save(record.withState(TableState.CATCHING_UP));
        }
        try (DefinitionStore store = destination.definitions()) {
            store.saveCaptureFailures(setup.captureFailures());
            store.save(names);
            store.save(new DefinitionModel(published.tables(), published.types(), published.sequences(), names));
        }
    }

    private static DestinationTable existing(QualifiedName name, DestinationSchema schema) {
        return schema.table(name)
                .orElseThrow(() -> new PenstockException(
                        ErrorKind.REFUSED,
                        "Destination table " + name + " does not exist. Create it, or let the schema phase do so."));
    }
}
