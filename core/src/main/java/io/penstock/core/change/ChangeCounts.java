package io.penstock.core.change;

/** Changes of a table as the source made them, before compaction. Mutable and not thread-safe, like the batch that owns it. */
public final class ChangeCounts {
    private long inserts;
    private long updates;
    private long deletes;

    void inserted() {
        inserts++;
    }

    void updated() {
        updates++;
    }

    void deleted() {
        deletes++;
    }

    public void add(ChangeCounts other) {
        inserts += other.inserts;
        updates += other.updates;
        deletes += other.deletes;
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

    public long total() {
        return inserts + updates + deletes;
    }
}
