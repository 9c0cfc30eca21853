package io.penstock.engine.run;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TaskState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a run has done so far, for those who watch: written by the run's threads, read by any. */
public final class RunProgress {
    /** One table's copy. */
    public static final class TableCopyProgress {
        private final AtomicLong rows = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();
        private final long estimatedRows;
        private final long estimatedBytes;
        private volatile boolean done;

        TableCopyProgress(long estimatedRows, long estimatedBytes) {
            this.estimatedRows = estimatedRows;
            this.estimatedBytes = estimatedBytes;
        }

        public void addBytes(long more) {
            bytes.addAndGet(more);
        }

        public void addRows(long more) {
            rows.addAndGet(more);
        }

        public void finish() {
            done = true;
        }

        public long rows() {
            return rows.get();
        }

        public long bytes() {
            return bytes.get();
        }

        /** The source's estimate of the rows, -1 when unknown. */
        public long estimatedRows() {
            return estimatedRows;
        }

        /** Size of the table at the source, pages and all. */
        public long estimatedBytes() {
            return estimatedBytes;
        }

        public boolean done() {
            return done;
        }
    }

    private final Map<QualifiedName, TableCopyProgress> copies = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong transactions = new AtomicLong();
    private volatile String phase = "precheck";
    private volatile TaskState state = TaskState.PRECHECKING;
    private volatile @Nullable String note;
    private volatile long receivedLsn;
    private volatile long appliedLsn;
    private volatile long commitMicros;
    private volatile long delayMicros;

    public void enter(String newPhase, TaskState newState) {
        phase = newPhase;
        state = newState;
        note = null;
    }

    /** What is being waited for, or null. */
    public void note(@Nullable String text) {
        note = text;
    }

    public TableCopyProgress copy(QualifiedName table, long estimatedRows, long estimatedBytes) {
        TableCopyProgress copy = new TableCopyProgress(estimatedRows, estimatedBytes);
        copies.put(table, copy);
        return copy;
    }

    public void applied(long lsn, long newCommitMicros, long moreChanges, long moreTransactions) {
        appliedLsn = lsn;
        if (newCommitMicros != 0) {
            commitMicros = newCommitMicros;
        }
        if (newCommitMicros != 0 && moreTransactions > 0) {
            delayMicros = Math.max(0, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) - newCommitMicros);
        }
        changes.addAndGet(moreChanges);
        transactions.addAndGet(moreTransactions);
    }

    public void received(long lsn) {
        receivedLsn = lsn;
    }

    public String phase() {
        return phase;
    }

    public TaskState state() {
        return state;
    }

    /** Whether this run came beyond the checks, so that what fails now is the task and no check. */
    public boolean begun() {
        return state.begun();
    }

    public @Nullable String note() {
        return note;
    }

    public Map<QualifiedName, TableCopyProgress> copies() {
        return new TreeMap<>(copies);
    }

    public long changes() {
        return changes.get();
    }

    public long transactions() {
        return transactions.get();
    }

    public long receivedLsn() {
        return receivedLsn;
    }

    public long appliedLsn() {
        return appliedLsn;
    }

    /** Commit time at the source of the last applied transaction, microseconds since 1970; 0 before the first. */
    public long commitMicros() {
        return commitMicros;
    }

    /** From the commit at the source to the commit at the destination, of the last applied transaction; 0 before the first. */
    public long delayMicros() {
        return delayMicros;
    }
}
