package io.penstock.bench.micro;

import io.penstock.bench.Wiring;
import io.penstock.bench.stage.MessageDecoder;
import io.penstock.core.change.OldTuple;
import io.penstock.core.relation.Relation;
import io.penstock.core.stream.MessageConsumer;
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

/** Nanoseconds to take one message apart. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DecoderBenchmark {
    private static final int COUNT = 1000;

    private final byte[][] inserts = Messages.inserts(COUNT);
    private final byte[][] updates = Messages.updates(COUNT, COUNT);
    private final MessageDecoder decoder = Wiring.decoder();

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void insert(Blackhole nowhere) {
        decode(inserts, nowhere);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void update(Blackhole nowhere) {
        decode(updates, nowhere);
    }

    private void decode(byte[][] messages, Blackhole nowhere) {
        MessageConsumer consumer = new Swallow(nowhere);
        for (byte[] message : messages) {
            decoder.decode(message, 0, consumer);
        }
    }

    private record Swallow(Blackhole nowhere) implements MessageConsumer {
        @Override
        public void begin(long finalLsn, long commitMicros, int xid) {
            nowhere.consume(finalLsn);
        }

        @Override
        public void relation(Relation relation) {
            nowhere.consume(relation);
        }

        @Override
        public void insert(int relation, byte[] message, int newTuple) {
            nowhere.consume(newTuple);
        }

        @Override
        public void update(int relation, OldTuple kind, byte[] message, int oldTuple, int newTuple) {
            nowhere.consume(newTuple);
        }

        @Override
        public void delete(int relation, OldTuple kind, byte[] message, int oldTuple) {
            nowhere.consume(oldTuple);
        }

        @Override
        public void truncate(int[] relations, boolean restartIdentity) {
            nowhere.consume(relations);
        }

        @Override
        public void commit(long endLsn, long commitMicros) {
            nowhere.consume(endLsn);
        }
    }
}
