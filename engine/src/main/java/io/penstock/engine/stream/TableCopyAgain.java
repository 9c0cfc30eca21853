package io.penstock.engine.stream;

import io.penstock.core.change.Alignment;
import io.penstock.core.change.DefinitionRecord;
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
import io.penstock.core.schema.Aligned;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.copy.FullCopy;
import io.penstock.engine.definition.Expectation;
import io.penstock.engine.definition.SelectedImage;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.TableMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
                // Whoever wrote to it before and has not ended could be in neither the stream nor the snapshot.
                setup.awaitOlderTransactions();
            }
            Picture picture = setup.picture(List.of(wanted.oid()));
            Picture now = new Picture(only(picture.catalog(), wanted.oid()), picture.moment());
            if (now.catalog().tables().isEmpty()) {
                return gone(wanted.oid(), store);
            }
            TableDefinition table = now.catalog().tables().get(0);
            DestinationNames names = align(
                    now, SelectedImage.of(picture.catalog(), spec.objects()), store, schema, renamed(progress, table));
            TableMapping mapping = mapping(table, schema, names);
            TableProgress record =
                    TableProgress.waiting(mapping, table.estimatedRows()).withState(TableState.COPYING);
            progress.save(record);
            log.info("copies a table again table={}", table.name());
            List<SchemaStep> afterwards = schema.plan(now.catalog(), names).stream()
                    .filter(s -> s.stage() == Stage.AFTER_COPY
                            && mapping.destination().equals(s.table()))
                    .toList();
            FullCopy.Work work = new FullCopy.Work(
                    table,
                    record,
                    afterwards,
                    Expectation.of(picture.catalog(), spec.objects()).table(table.oid()));
            List<FullCopy.Work> changed =
                    new FullCopy(source, destination, progress, spec.full(), environment).run(List.of(work), null);
            if (!changed.isEmpty()) {
                throw new PenstockException(
                        ErrorKind.TRANSIENT, "Table " + table.name() + " was changed before its copy could begin.");
            }
            TableProgress copied = progress.tables().stream()
                    .filter(t -> t.mapping().source().equals(table.name()))
                    .findFirst()
                    .orElseThrow();
            return Optional.of(new WaitingTables.Ready(copied, now));
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

    /** The stream may be behind: definitions that it will bring are made now, and what it brings of them is known then. */
    private DestinationNames align(
            Picture picture,
            Catalog whole,
            DefinitionStore store,
            DestinationSchema schema,
            Map<QualifiedName, TableMapping> renamed) {
        Catalog now = picture.catalog();
        DefinitionModel stored = store.read();
        SourceModel model = new SourceModel(stored);
        SchemaDelta delta = new SchemaDelta(
                model.catalog(now.serverVersion()),
                SelectedImage.completed(now, whole, model),
                List.of(),
                rewrites(now),
                false,
                model.tableNames());
        SchemaChanges changes = schema.changes(delta, FollowedDdl.of(spec), stored.names());
        List<Aligned> aligned = new ArrayList<>();
        now.types().forEach(t -> aligned.add(new Aligned(ObjectKind.TYPE, t.oid(), picture.moment())));
        now.sequences().forEach(s -> aligned.add(new Aligned(ObjectKind.SEQUENCE, s.oid(), picture.moment())));
        destination.align(new Alignment(
                changes.steps().stream()
                        .filter(s -> s.skipped() || !s.statements().isEmpty())
                        .toList(),
                new DefinitionRecord(
                        new DefinitionModel(now.tables(), now.types(), now.sequences(), changes.names()),
                        List.of(),
                        List.of(),
                        renamed,
                        List.of()),
                aligned,
                picture.moment().insertLsn()));
        return changes.names();
    }

    /** The table's record, and what is held of it, go with its name. */
    private static Map<QualifiedName, TableMapping> renamed(ProgressStore progress, TableDefinition table) {
        Map<QualifiedName, TableMapping> renamed = new HashMap<>();
        for (TableProgress known : progress.tables()) {
            TableMapping mapping = known.mapping();
            if (mapping.sourceOid() == table.oid() && !mapping.source().equals(table.name())) {
                renamed.put(mapping.source(), mapping.withSource(table.name()));
            }
        }
        return renamed;
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
