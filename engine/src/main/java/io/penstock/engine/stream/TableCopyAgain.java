package io.penstock.engine.stream;

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
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.copy.FullCopy;
import io.penstock.engine.definition.SelectedImage;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.TableMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one table while the stream goes on: first the destination's table becomes what the source's is now, then the rows are copied under
 * a snapshot of their own. Changes that the stream brings meanwhile are held by others. Runs in a thread of its own, with sessions of its
 * own.
 */
final class TableCopyAgain {
    private static final Logger log = LoggerFactory.getLogger(TableCopyAgain.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final TaskSpec spec;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final FullCopy.Environment environment;

    TableCopyAgain(
            TaskSpec spec, SourceSessions source, DestinationSessions destination, FullCopy.Environment environment) {
        this.spec = spec;
        this.source = source;
        this.destination = destination;
        this.environment = environment;
    }

    /** Empty when the table is gone; else returns when its rows are there. What may pass is tried again as long as the task's file allows. */
    Optional<WaitingTables.Ready> copy(WaitingTables.Copy wanted) {
        long begun = System.nanoTime();
        while (true) {
            try {
                return attempt(wanted);
            } catch (PenstockException e) {
                Duration patience =
                        switch (e.kind().reaction()) {
                            case RETRY_CONNECTION -> spec.retry().connection();
                            case RETRY_OTHER -> spec.retry().other();
                            case ASK, FATAL, STOP -> Duration.ZERO;
                        };
                if (System.nanoTime() - begun > patience.toNanos()) {
                    throw e;
                }
                log.warn("tries to copy a table again cause=\"{}\"", e.getMessage());
                environment.stop().await(PAUSE);
                environment.stop().check();
            }
        }
    }

    private Optional<WaitingTables.Ready> attempt(WaitingTables.Copy wanted) {
        try (SourceSetup setup = source.setup();
                DestinationSchema schema = destination.schema();
                ProgressStore progress = destination.progress();
                DefinitionStore store = destination.definitions()) {
            if (wanted.publish()) {
                setup.addToPublication(wanted.oid());
            }
            Catalog now = only(setup.tables(List.of(wanted.oid())), wanted.oid());
            if (now.tables().isEmpty()) {
                return gone(wanted.oid(), store);
            }
            TableDefinition table = now.tables().get(0);
            DestinationNames names = align(now, store, schema);
            TableMapping mapping = mapping(table, schema, names);
            TableProgress record =
                    TableProgress.waiting(mapping, table.estimatedRows()).withState(TableState.COPYING);
            progress.save(record);
            log.info("copies a table again table={}", table.name());
            List<SchemaStep> afterwards = schema.plan(now).stream()
                    .filter(s -> s.stage() == Stage.AFTER_COPY && table.name().equals(s.table()))
                    .toList();
            new FullCopy(source, destination, progress, spec.full(), environment)
                    .run(List.of(new FullCopy.Work(table, record, afterwards)), null);
            TableProgress copied = progress.tables().stream()
                    .filter(t -> t.mapping().source().equals(table.name()))
                    .findFirst()
                    .orElseThrow();
            return Optional.of(new WaitingTables.Ready(copied, table));
        }
    }

    /** The source has dropped it; once the stream has brought that, nobody waits for it any more. */
    private static Optional<WaitingTables.Ready> gone(int oid, DefinitionStore store) {
        if (store.read().tables().stream().noneMatch(t -> t.oid() == oid)) {
            return Optional.empty();
        }
        throw new PenstockException(
                ErrorKind.TRANSIENT,
                "A table that is to be copied is not there; that it is gone will come in the stream.");
    }

    private Catalog only(Catalog image, int oid) {
        return SelectedImage.without(SelectedImage.of(image, spec.objects()), t -> t.oid() != oid);
    }

    /** The stream may be behind: definitions that it will bring are made now, and it finds them done. */
    private DestinationNames align(Catalog now, DefinitionStore store, DestinationSchema schema) {
        DefinitionModel stored = store.read();
        SourceModel model = new SourceModel(stored);
        SchemaDelta delta = new SchemaDelta(
                model.catalog(now.serverVersion()), now, List.of(), rewrites(now), false, model.tableNames());
        var changes = schema.changes(delta, FollowedDdl.of(spec), stored.names());
        for (SchemaChange change : changes.steps()) {
            schema.run(new SchemaStep(
                    Stage.BEFORE_COPY, null, change.object(), change.doneSql(), change.statements(), change.notes()));
        }
        store.save(new DefinitionModel(now.tables(), now.types(), now.sequences(), changes.names()));
        store.save(changes.names());
        return changes.names();
    }

    /** The table is emptied anyway, so no value has to survive a change of its column. */
    private static Map<Integer, Integer> rewrites(Catalog now) {
        return now.tables().stream().collect(Collectors.toMap(TableDefinition::oid, t -> SchemaDelta.ANY));
    }

    private static TableMapping mapping(TableDefinition table, DestinationSchema schema, DestinationNames names) {
        QualifiedName name = names.object(table.oid(), table.name());
        return TableMapper.map(
                table,
                schema.table(name)
                        .orElseThrow(() -> new PenstockException(
                                ErrorKind.REFUSED, "Destination table " + name + " does not exist.")),
                names);
    }
}
