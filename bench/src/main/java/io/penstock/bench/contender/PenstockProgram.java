package io.penstock.bench.contender;

import io.penstock.bench.Wiring;
import io.penstock.bench.process.ChildProgram;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.FullSpec;
import io.penstock.core.task.Limit;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Penstock as it is shipped, in a process of its own: a full copy that ends, or a task that follows until it is told to stop. */
public final class PenstockProgram {
    static final String TASK = "bench";

    private PenstockProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        ChildProgram program = ChildProgram.begin(arguments);
        boolean full = program.argument("phases").equals("full");
        boolean discard = program.optional("discard").isPresent();
        TaskSpec spec = spec(
                program.argument("source"),
                program.argument("destination"),
                full ? List.of(Phase.SCHEMA, Phase.FULL) : List.of(Phase.INCREMENTAL),
                program.number("jobs"));
        // Somebody who writes is watched from outside.
        Until until = discard ? Until.position(new Lsn(Long.parseLong(program.argument("marker")) + 1)) : Until.NEVER;
        Wiring.Stages stages = new Wiring.Stages(program.optional("replay").map(Path::of), discard);
        TaskRun run = Wiring.run(spec, stages, new TaskRun.Options(until, FaultPoints.NONE));
        if (full || discard) {
            run.run();
            program.done();
            program.awaitExit();
            return;
        }
        Thread stopper = new Thread(
                () -> {
                    program.awaitExit();
                    run.stop();
                },
                "bench-stop");
        stopper.setDaemon(true);
        stopper.start();
        run.run();
    }

    static TaskSpec spec(String source, String destination, List<Phase> phases, int jobs) {
        TaskSpec all = TaskSpec.of(TASK, endpoint(source), endpoint(destination));
        FullSpec full =
                new FullSpec(jobs, FullSpec.DEFAULT_CHUNK_BYTES, Limit.UNLIMITED, Limit.UNLIMITED, Limit.UNLIMITED);
        return new TaskSpec(
                all.name(),
                all.source(),
                all.destination(),
                phases,
                all.objects(),
                all.tables(),
                all.names(),
                all.conflicts(),
                all.dml(),
                all.ddl(),
                all.onDdlError(),
                all.onMissingColumn(),
                all.etl(),
                all.storage(),
                all.storageOptions(),
                all.distributedBy(),
                full,
                all.incremental(),
                all.retry(),
                all.wal(),
                all.verify(),
                all.alerts(),
                all.runner(),
                all.instanceClass(),
                all.tags(),
                all.lines());
    }

    private static EndpointSpec endpoint(String url) {
        return new EndpointSpec(url, Optional.empty(), DestinationKind.AUTO);
    }
}
