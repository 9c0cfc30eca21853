package io.penstock.core.progress;

import io.penstock.core.relation.TableMapping;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One table's record at the destination.
 *
 * @param mapping the definition the copy was made with; the stream must agree with it
 * @param snapshot text of the copy's snapshot, null until the copy has begun
 * @param insertLsn position of the log read after the snapshot; 0 until the copy has begun
 * @param rowsEstimated the source's estimate, -1 when unknown
 */
public record TableProgress(
        TableMapping mapping,
        TableState state,
        @Nullable String snapshot,
        long insertLsn,
        long rowsCopied,
        long bytesCopied,
        long rowsEstimated,
        Counters applied,
        @Nullable String error) {

    /**
     * Changes applied, as the source made them; written every few seconds, so they may miss the last ones after a crash.
     *
     * @param omitted what the task's file says not to bring: changes by kind, and {@code values} of columns that the destination lacks
     */
    public record Counters(long inserts, long updates, long deletes, Map<String, Long> omitted) {
        public static final Counters ZERO = new Counters(0, 0, 0);

        public Counters {
            omitted = Collections.unmodifiableMap(new TreeMap<>(omitted));
        }

        public Counters(long inserts, long updates, long deletes) {
            this(inserts, updates, deletes, Map.of());
        }
    }

    public static TableProgress waiting(TableMapping mapping, long rowsEstimated) {
        return new TableProgress(mapping, TableState.WAITING, null, 0, 0, 0, rowsEstimated, Counters.ZERO, null);
    }

    public TableProgress withState(TableState newState) {
        return new TableProgress(
                mapping, newState, snapshot, insertLsn, rowsCopied, bytesCopied, rowsEstimated, applied, error);
    }

    public TableProgress withMapping(TableMapping other) {
        return new TableProgress(
                other, state, snapshot, insertLsn, rowsCopied, bytesCopied, rowsEstimated, applied, error);
    }

    /** A person has removed what it waited for. */
    public TableProgress resumed() {
        return new TableProgress(
                mapping,
                TableState.CATCHING_UP,
                snapshot,
                insertLsn,
                rowsCopied,
                bytesCopied,
                rowsEstimated,
                applied,
                null);
    }

    /**
     * In the same state.
     *
     * @param why what keeps it there, null when nothing does any more
     */
    public TableProgress waiting(@Nullable String why) {
        return new TableProgress(
                mapping, state, snapshot, insertLsn, rowsCopied, bytesCopied, rowsEstimated, applied, why);
    }

    public TableProgress failed(String why) {
        return new TableProgress(
                mapping, TableState.ERRORED, snapshot, insertLsn, rowsCopied, bytesCopied, rowsEstimated, applied, why);
    }
}
