package io.penstock.engine.run;

import io.penstock.core.check.Finding;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TaskProgress;
import io.penstock.core.progress.TaskState;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.BegunWith;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.BegunSettings;
import io.penstock.engine.mapping.ListedTables;
import io.penstock.engine.mapping.RowRules;
import io.penstock.engine.mapping.RuleCheck;
import io.penstock.engine.mapping.RuledDestination;
import io.penstock.engine.mapping.RuledSchema;
import io.penstock.engine.mapping.SelectiveKeys;
import io.penstock.engine.stream.IncrementalPhase;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to bring the task forward, from whatever the destination's records say has been done. Sessions are opened anew and
 * closed at its end. One thread.
 */
final class Attempt {
    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    private final TaskSpec spec;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final Surroundings surroundings;
    private boolean connected;

    /** What outlives the attempt. */
    record Surroundings(TaskRun.Options options, RunProgress watch, StopSignal stop) {}

    Attempt(TaskSpec spec, SourceSessions source, DestinationSessions destination, Surroundings surroundings) {
        this.spec = spec;
        this.source = source;
        this.destination = destination;
        this.surroundings = surroundings;
    }

    /** Whether both databases answered. */
    boolean connected() {
        return connected;
    }

    void run() {
        try (ProgressStore progress = destination.progress();
                SourceSetup setup = source.setup();
                DestinationSchema schema = destination.schema()) {
            connected = true;
            // The lock first: who waits for it must see what the one before has done.
            progress.lock();
            setup.endLeftSlots();
            if (progress.task().isEmpty()) {
                requireNoTables(progress);
                begin(progress, setup, schema);
            }
            TaskProgress task = progress.task().orElseThrow();
            requireAlive(task);
            RowRules rules = rules(progress, setup, schema);
            Ruled ruled = new Ruled(new RuledDestination(destination, rules), new RuledSchema(schema, rules), rules);
            if (!task.phase().equals(word(Phase.INCREMENTAL))) {
                task = initialize(progress, setup, ruled);
            }
            if (spec.runs(Phase.INCREMENTAL)) {
                follow(progress, setup, ruled);
            }
            save(
                    progress,
                    spec.runs(Phase.INCREMENTAL) ? TaskState.SUSPENDED : TaskState.FINISHED,
                    progress.task().orElse(task).phase());
        }
    }

    /** What the file says must be possible for what is made already; from then on it is what the task was last started with. */
    private RowRules rules(ProgressStore progress, SourceSetup setup, DestinationSchema schema) {
        List<TableMapping> mapped =
                progress.tables().stream().map(TableProgress::mapping).toList();
        try (DefinitionStore store = destination.definitions()) {
            DefinitionModel known = store.read();
            Optional<BegunWith> begun = store.begunWith();
            BegunSettings settings = new BegunSettings(
                    spec, begun, new SourceModel(known).catalog(0), known.names(), () -> setup.catalog(spec.objects()));
            settings.require(mapped);
            RowRules rules = RuleCheck.load(spec, mapped, begun, setup, schema);
            List<String> changed = settings.changedElsewhere();
            if (!changed.isEmpty()) {
                log.info("the task file has changed, which holds for tables to come places={}", changed);
            }
            store.save(BegunSettings.of(spec));
            return rules;
        }
    }

    /** The destination as the task's rules shape it. */
    private record Ruled(DestinationSessions sessions, DestinationSchema schema, RowRules rules) {}

    /** The task's record is written before those of its tables and removed together with them. */
    private static void requireNoTables(ProgressStore progress) {
        if (!progress.tables().isEmpty()) {
            throw new PenstockException(
                    ErrorKind.POSITION_LOST,
                    "The task's row in penstock.progress at the destination was removed, so nobody knows up to where changes are applied."
                            + " Run `penstock release`, drop the destination tables and start the task again.");
        }
    }

    private static void requireAlive(TaskProgress task) {
        if (task.state() == TaskState.RELEASED) {
            throw new PenstockException(ErrorKind.PRECHECK, "The task was released.");
        }
    }

    /** The checks; a task that fails them leaves nothing behind. */
    private void begin(ProgressStore progress, SourceSetup setup, DestinationSchema schema) {
        surroundings.watch().enter("precheck", TaskState.PRECHECKING);
        try {
            Catalog catalog = setup.catalog(spec.objects());
            ListedTables.require(spec, catalog);
            List<Finding> findings = Precheck.findings(spec, new Precheck.Ends(setup, schema), catalog);
            findings.removeIf(
                    f -> f.ignorable() && surroundings.options().skip().contains(f.item()));
            findings.stream()
                    .filter(f -> f.state() == Finding.State.WARNING)
                    .forEach(f -> log.warn("precheck item={} why=\"{}\" fix=\"{}\"", f.item(), f.why(), f.fix()));
            List<Finding> failed = findings.stream()
                    .filter(f -> f.state() == Finding.State.FAILED)
                    .toList();
            if (!failed.isEmpty()) {
                surroundings.watch().enter("precheck", TaskState.PRECHECK_FAILED);
                throw PrecheckFailure.of(failed);
            }
            progress.save(TaskProgress.fresh().withState(TaskState.PRECHECK_PASSED, "precheck", null));
        } catch (PenstockException e) {
            forget(progress, e);
            throw e;
        }
        log.info("precheck passed task={}", spec.name());
    }

    /** What failed first is what a person must know. */
    private static void forget(ProgressStore progress, PenstockException cause) {
        try {
            progress.release();
        } catch (PenstockException e) {
            cause.addSuppressed(e);
        }
    }

    private TaskProgress initialize(ProgressStore progress, SourceSetup setup, Ruled ruled) {
        DestinationSchema schema = ruled.schema();
        SchemaPhase phase = new SchemaPhase(schema, surroundings);
        RetentionWatch retention = new RetentionWatch(source, spec.wal(), surroundings.stop());
        Surroundings watched = new Surroundings(surroundings.options(), surroundings.watch(), retention.stop());
        FullPhase full = new FullPhase(spec, source, ruled.sessions(), watched, ruled.rules());
        List<SchemaStep> plan = spec.runs(Phase.FULL) ? full.firstSteps(setup, schema) : stepsAlone(setup, schema);
        if (spec.runs(Phase.SCHEMA)) {
            enter(progress, Phase.SCHEMA, TaskState.INITIALIZING);
            phase.run(plan, Stage.BEFORE_COPY);
        }
        if (spec.runs(Phase.FULL)) {
            enter(progress, Phase.FULL, TaskState.INITIALIZING);
            retention.during(() -> full.run(progress, new FullPhase.Sessions(setup, schema)));
            plan = full.steps(setup, schema);
        } else if (spec.runs(Phase.INCREMENTAL)) {
            new IncrementalAlone(spec, source, ruled.sessions(), surroundings, ruled.rules())
                    .begin(progress, setup, schema);
        }
        if (spec.runs(Phase.SCHEMA)) {
            phase.run(plan, Stage.AFTER_COPY);
        }
        if (!spec.runs(Phase.INCREMENTAL)) {
            if (spec.runs(Phase.SCHEMA)) {
                phase.run(plan, Stage.WHEN_CONSISTENT);
            }
            return progress.task().orElseThrow();
        }
        enter(progress, Phase.INCREMENTAL, TaskState.SYNCHRONIZING);
        return progress.task().orElseThrow();
    }

    /** Of tables that nobody copies rows into. */
    private List<SchemaStep> stepsAlone(SourceSetup setup, DestinationSchema schema) {
        Catalog catalog = setup.catalog(spec.objects());
        return schema.plan(
                catalog,
                SelectiveKeys.choose(spec, setup, catalog, TaskNames.of(spec).of(catalog)));
    }

    private void follow(ProgressStore progress, SourceSetup setup, Ruled ruled) {
        enter(progress, Phase.INCREMENTAL, TaskState.SYNCHRONIZING);
        IncrementalPhase phase = new IncrementalPhase(
                spec,
                source,
                ruled.sessions(),
                progress,
                new IncrementalPhase.Environment(
                        surroundings.watch(),
                        surroundings.stop(),
                        surroundings.options().faults(),
                        surroundings.options().until(),
                        new ForeignKeys(spec, setup, ruled.sessions(), ruled.schema()),
                        ruled.rules()));
        try {
            phase.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped.", e);
        }
    }

    private void enter(ProgressStore progress, Phase phase, TaskState state) {
        if (!surroundings.watch().phase().equals(word(phase))) {
            log.info("phase {} begins task={}", word(phase), spec.name());
        }
        surroundings.watch().enter(word(phase), state);
        save(progress, state, word(phase));
    }

    private static void save(ProgressStore progress, TaskState state, String phase) {
        progress.save(progress.task().orElseThrow().withState(state, phase, null));
    }

    private static String word(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }
}
