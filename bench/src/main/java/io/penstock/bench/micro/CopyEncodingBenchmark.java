package io.penstock.bench.micro;

import io.penstock.bench.Wiring;
import io.penstock.bench.stage.RowEncoder;
import java.sql.SQLException;
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
import org.openjdk.jmh.infra.Blackhole;

/** Nanoseconds to write one row of four columns as a line of COPY's text format. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CopyEncodingBenchmark {
    private static final int COUNT = 1000;
    private static final int COLUMNS = 4;

    private final byte[][] rows = Messages.inserts(COUNT);

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void row(Blackhole nowhere) throws SQLException {
        RowEncoder encoder = Wiring.encoder(nowhere::consume, COLUMNS);
        for (byte[] message : rows) {
            encoder.row(message, Messages.TUPLE_AT);
        }
    }
}
