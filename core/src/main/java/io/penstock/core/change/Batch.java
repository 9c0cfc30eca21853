package io.penstock.core.change;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.Held;
import io.penstock.core.relation.OidMap;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.task.DmlKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes that travel together into one destination transaction: whole source transactions in commit order, or, for a transaction
 * too large to hold, a piece of it ({@link #complete} is false for all pieces but the last).
 *
 * <p>Steps are applied in order. Changes of all tables between two barriers (a TRUNCATE, a change of definition) form one step,
 * because tables do not depend on each other while constraints are not checked.
 *
 * <p>Filled by one thread, then handed over whole.
 */
public final class Batch {
    /** One thing to do, in order. */
    public sealed interface Step permits Rows, Truncate, Define, Remember, Hold, Release {}

    /** Net changes, one entry per table. */
    public record Rows(List<TableChanges> tables) implements Step {}

    /** One TRUNCATE statement; its tables are emptied together. */
    public record Truncate(List<TableMapping> tables, boolean restartIdentity) implements Step {}

    /** Definitions to bring forward; the reader waits for the outcome before it goes on. */
    public record Define(DefinitionWork work) implements Step {}

    /** What is known of definitions and tables from here on. */
    public record Remember(DefinitionRecord known) implements Step {}

    /** Changes of a table that cannot take them now. */
    public record Hold(QualifiedName source, List<Held> messages) implements Step {}

    /** Held changes up to this number have been applied by the steps before. */
    public record Release(QualifiedName source, long upToSeq) implements Step {}

    private final List<Step> steps = new ArrayList<>();
    private final Map<QualifiedName, List<Held>> held = new HashMap<>();
    private OidMap<TableChanges> open = new OidMap<>();
    private @Nullable Rows rows;
    private @Nullable TableChanges last;
    private long flatBytes;
    private long changes;
    private int transactions;
    private long endLsn;
    private long commitMicros;
    private long heartbeat;
    private boolean complete = true;

    /** Where the changes of the table go; the same object until the next barrier. */
    public TableChanges changesOf(TableMapping table) {
        TableChanges recent = last;
        if (recent != null && recent.table() == table) {
            return recent;
        }
        TableChanges known = open.get(table.sourceOid());
        if (known == null) {
            known = TableChanges.of(table);
            open.put(table.sourceOid(), known);
            currentRows().tables().add(known);
        }
        last = known;
        return known;
    }

    private Rows currentRows() {
        Rows current = rows;
        if (current == null) {
            current = new Rows(new ArrayList<>());
            rows = current;
            steps.add(current);
        }
        return current;
    }

    /** Tables whose task does not follow it are left as they are. */
    public void truncate(List<TableMapping> tables, boolean restartIdentity) {
        List<TableMapping> emptied = new ArrayList<>();
        for (TableMapping table : tables) {
            if (table.policy().follows(DmlKind.TRUNCATE)) {
                emptied.add(table);
            } else {
                changesOf(table).skip(DmlKind.TRUNCATE);
            }
        }
        if (!emptied.isEmpty()) {
            barrier(new Truncate(List.copyOf(emptied), restartIdentity));
        }
    }

    public void define(DefinitionWork work) {
        barrier(new Define(work));
    }

    public void remember(DefinitionRecord known) {
        barrier(new Remember(known));
    }

    public void release(QualifiedName source, long upToSeq) {
        barrier(new Release(source, upToSeq));
    }

    private void barrier(Step step) {
        steps.add(step);
        open = new OidMap<>();
        rows = null;
        last = null;
        // A name may be another table's from here on.
        held.clear();
        flatBytes += 256;
        changes++;
    }

    /** Changes of one table are kept in their order; they need no barrier, because nothing else is done to its rows meanwhile. */
    public void hold(QualifiedName source, Held message) {
        List<Held> messages = held.computeIfAbsent(source, name -> {
            List<Held> fresh = new ArrayList<>();
            steps.add(new Hold(name, fresh));
            return fresh;
        });
        messages.add(message);
        flatBytes += message.message().length + 96L;
        changes++;
    }

    /** How many tables have changes since the last barrier. */
    public int tables() {
        Rows current = rows;
        return current == null ? 0 : current.tables().size();
    }

    /** Called for every row change so that limits can be checked without walking the tables. */
    public void counted() {
        changes++;
    }

    /** The transaction's changes are complete; the batch may end here. */
    public void commit(long newEndLsn, long newCommitMicros) {
        endLsn = newEndLsn;
        commitMicros = newCommitMicros;
        transactions++;
        complete = true;
    }

    /** A transaction's changes begin; until {@link #commit} the batch is not complete. */
    public void begin() {
        complete = false;
    }

    public void heartbeat(long sequence) {
        heartbeat = sequence;
    }

    public List<Step> steps() {
        return steps;
    }

    /** Heap held by the batch, in bytes. */
    public long bytes() {
        long sum = flatBytes;
        for (Step step : steps) {
            if (step instanceof Rows r) {
                for (TableChanges table : r.tables()) {
                    sum += table.bytes();
                }
            }
        }
        return sum;
    }

    /** Changes before compaction. */
    public long changes() {
        return changes;
    }

    public int transactions() {
        return transactions;
    }

    public boolean isEmpty() {
        return transactions == 0 && changes == 0;
    }

    /** Whether the batch ends at a transaction boundary. */
    public boolean complete() {
        return complete;
    }

    /** End position of the last whole transaction; 0 when there is none. */
    public long endLsn() {
        return endLsn;
    }

    /** Commit time of the last whole transaction at the source, microseconds since 1970; 0 when there is none. */
    public long commitMicros() {
        return commitMicros;
    }

    /** Sequence number of the last heartbeat in the batch; 0 when there is none. */
    public long heartbeat() {
        return heartbeat;
    }
}
