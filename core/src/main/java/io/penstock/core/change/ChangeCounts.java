package io.penstock.core.change;

import io.penstock.core.task.DmlKind;
import java.util.EnumMap;
import java.util.Map;

/** Changes of a table as the source made them, before compaction. Mutable and not thread-safe, like the batch that owns it. */
public final class ChangeCounts {
    private long inserts;
    private long updates;
    private long deletes;
    /** Empty for nearly every table. */
    private final Map<DmlKind, Long> skipped = new EnumMap<>(DmlKind.class);

    void inserted() {
        inserts++;
    }

    void updated() {
        updates++;
    }

    void deleted() {
        deletes++;
    }

    /** A change that the task does not follow. */
    void skipped(DmlKind kind) {
        skipped.merge(kind, 1L, Long::sum);
    }

    public void add(ChangeCounts other) {
        inserts += other.inserts;
        updates += other.updates;
        deletes += other.deletes;
        other.skipped.forEach((kind, count) -> skipped.merge(kind, count, Long::sum));
    }

    public long inserts() {
        return inserts;
    }

    public long updates() {
        return updates;
    }

    public long deletes() {
        return deletes;
    }

    /** Rows that came with new values. */
    public long written() {
        return inserts + updates;
    }

    /** Changes that the task does not follow, by kind. */
    public Map<DmlKind, Long> skipped() {
        return skipped;
    }

    public long total() {
        return inserts + updates + deletes;
    }
}
