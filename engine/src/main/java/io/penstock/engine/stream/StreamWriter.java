package io.penstock.engine.stream;

import io.penstock.core.change.Batch;
import io.penstock.core.port.BatchWriter;
import io.penstock.engine.run.RunProgress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The writing half of the incremental phase. {@link #run} belongs to one thread; positions may be read, and the writer held between
 * two transactions, by any.
 */
final class StreamWriter {
    private final BatchWriter writer;
    private final BatchExchange exchange;
    private final RunProgress watch;
    /** Held while a destination transaction is open. Fair: under load the writer would hardly ever leave it to anybody else. */
    private final ReentrantLock transaction = new ReentrantLock(true);

    private volatile long applied;
    private volatile long heartbeat;
    /** Changes in the destination transaction that is open. */
    private long written;

    StreamWriter(BatchWriter writer, BatchExchange exchange, RunProgress watch) {
        this.writer = writer;
        this.exchange = exchange;
        this.watch = watch;
        this.applied = writer.appliedLsn();
    }

    /** Position up to which everything is durable at the destination. */
    long applied() {
        return applied;
    }

    /** Number of the last heartbeat that is durable; 0 when none came yet. */
    long heartbeat() {
        return heartbeat;
    }

    void run() throws InterruptedException {
        try {
            for (Batch batch = exchange.take(); batch != null; batch = exchange.take()) {
                if (!transaction.isHeldByCurrentThread()) {
                    transaction.lock();
                }
                long begin = System.nanoTime();
                writer.apply(batch);
                written += batch.changes();
                if (batch.complete()) {
                    durable(batch);
                    transaction.unlock();
                    pause(begin);
                }
            }
            if (!transaction.isHeldByCurrentThread()) {
                saveCounts();
            }
        } finally {
            if (transaction.isHeldByCurrentThread()) {
                transaction.unlock();
            }
        }
    }

    /** Meanwhile more comes together for the next batch; a fraction of a second at most. */
    private void pause(long begin) throws InterruptedException {
        long left = writer.interval().toNanos() - (System.nanoTime() - begin);
        if (left > 0) {
            exchange.rests();
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    /** Counts of changes are saved now and then, and with every batch that only moves the position: here, to where it is already. */
    private void saveCounts() {
        Batch nothing = new Batch();
        nothing.commit(writer.appliedLsn(), 0);
        writer.apply(nothing);
    }

    private void durable(Batch batch) {
        applied = writer.appliedLsn();
        if (batch.heartbeat() != 0) {
            heartbeat = batch.heartbeat();
        }
        watch.applied(applied, batch.commitMicros(), written, batch.transactions());
        written = 0;
    }

    /**
     * Runs something while no destination transaction is open, such as a definition that needs the same locks.
     *
     * @return false when the writer was in a transaction for all the time given; try again later
     */
    boolean between(Duration patience, Runnable work) throws InterruptedException {
        if (!transaction.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            work.run();
            return true;
        } finally {
            transaction.unlock();
        }
    }
}
