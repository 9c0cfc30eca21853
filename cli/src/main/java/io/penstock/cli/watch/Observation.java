package io.penstock.cli.watch;

import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TaskState;
import io.penstock.engine.run.RunProgress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a run said of itself at one moment.
 *
 * @param nanos {@link System#nanoTime} of the moment
 * @param micros wall clock, microseconds since 1970
 * @param commitMicros commit time at the source of the last applied transaction, 0 before the first
 * @param delayMicros how long that transaction took to become visible at the destination
 */
public record Observation(
        long nanos,
        long micros,
        String phase,
        TaskState state,
        Optional<String> note,
        Map<QualifiedName, Copy> copies,
        long changes,
        long transactions,
        long receivedLsn,
        long appliedLsn,
        long commitMicros,
        long delayMicros) {

    /** One table's copy; estimates are -1 or 0 when unknown. */
    public record Copy(long rows, long bytes, long estimatedRows, long estimatedBytes, boolean done) {
        boolean begun() {
            return done || bytes > 0;
        }

        /** From 0 to 1; a guess, because both estimates are. */
        double fraction() {
            if (done) {
                return 1;
            }
            double ofRows = estimatedRows > 0 ? (double) rows / estimatedRows : 0;
            double ofBytes = estimatedBytes > 0 ? (double) bytes / estimatedBytes : 0;
            return Math.min(0.99, Math.max(ofRows, ofBytes));
        }
    }

    static Observation of(RunProgress run, long nanos, long micros) {
        Map<QualifiedName, Copy> copies = new TreeMap<>();
        run.copies()
                .forEach((name, copy) -> copies.put(
                        name,
                        new Copy(copy.rows(), copy.bytes(), copy.estimatedRows(), copy.estimatedBytes(), copy.done())));
        return new Observation(
                nanos,
                micros,
                run.phase(),
                run.state(),
                Optional.ofNullable(run.note()),
                copies,
                run.changes(),
                run.transactions(),
                Lsn.max(run.receivedLsn(), run.appliedLsn()),
                run.appliedLsn(),
                run.commitMicros(),
                run.delayMicros());
    }

    boolean incremental() {
        return phase.equals("incremental");
    }

    boolean copying() {
        return phase.equals("full") && !copies.isEmpty();
    }

    /** Tables that are done now and were not at an earlier moment. */
    List<QualifiedName> finishedSince(Optional<Observation> before) {
        return copies.entrySet().stream()
                .filter(e -> e.getValue().done())
                .map(Map.Entry::getKey)
                .filter(name -> before.map(b -> b.copies().get(name))
                        .map(c -> !c.done())
                        .orElse(true))
                .toList();
    }

    long tablesDone() {
        return copies.values().stream().filter(Copy::done).count();
    }

    long rowsCopied() {
        return copies.values().stream().mapToLong(Copy::rows).sum();
    }

    long bytesCopied() {
        return copies.values().stream().mapToLong(Copy::bytes).sum();
    }

    /** While behind, the age of what was applied last; else how long that took to arrive. */
    long lagMillis() {
        boolean behind = Long.compareUnsigned(appliedLsn, receivedLsn) < 0 && commitMicros != 0;
        return (behind ? Math.max(delayMicros, micros - commitMicros) : delayMicros) / 1000;
    }

    String applied() {
        return Lsn.format(appliedLsn);
    }

    /** Per second since an earlier moment. */
    long rate(long more, Observation before) {
        long passed = nanos - before.nanos;
        return passed <= 0 ? 0 : Math.round(more * 1e9 / passed);
    }
}
