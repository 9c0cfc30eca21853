package io.penstock.bench.micro;

import io.penstock.core.change.OldTuple;
import io.penstock.core.change.TableChanges;
import io.penstock.core.relation.TableMapping;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds to compact one change into a batch of the usual size. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class NetChangesBenchmark {
    private static final int COUNT = 50_000;
    private static final int HOT_ROWS = 30;

    private final TableMapping table = Messages.table();
    private final byte[][] inserts = Messages.inserts(COUNT);
    private final byte[][] spread = Messages.updates(COUNT, 10 * COUNT);
    private final byte[][] hot = Messages.updates(COUNT, HOT_ROWS);

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int inserts() {
        TableChanges changes = TableChanges.of(table);
        for (byte[] message : inserts) {
            changes.insert(message, Messages.TUPLE_AT);
        }
        return changes.size();
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int updatesOfManyRows() {
        return updates(spread);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int updatesOfHotRows() {
        return updates(hot);
    }

    private int updates(byte[][] messages) {
        TableChanges changes = TableChanges.of(table);
        for (byte[] message : messages) {
            changes.update(OldTuple.NONE, message, 0, Messages.TUPLE_AT);
        }
        return changes.size();
    }
}
