package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.relation.Relation;

/**
 * Follows the numbers in the task's heartbeat row. Each is one more than the one before, written under the row's lock; so a missing
 * number is a transaction that the stream lost, and a smaller one a source that was set back. The server itself reports neither.
 */
final class HeartbeatReader {
    private final String task;
    private long last;
    private int taskColumn = -1;
    private int sequenceColumn = -1;

    HeartbeatReader(String task, long last) {
        this.task = task;
        this.last = last;
    }

    void described(Relation relation) {
        taskColumn = position(relation, "task");
        sequenceColumn = position(relation, "sequence");
    }

    private static int position(Relation relation, String name) {
        for (int i = 0; i < relation.columns().size(); i++) {
            if (relation.columns().get(i).name().equals(name)) {
                return i;
            }
        }
        throw new PenstockException(
                ErrorKind.DEFINITION_CHANGED,
                "Table penstock.heartbeat on the source has no column " + name
                        + ". It belongs to Penstock; release the task and start it again.");
    }

    /** Returns the number, or 0 for another task's row. */
    long read(byte[] message, int tuple, long lsn) {
        if (!task.equals(TupleText.value(message, tuple, taskColumn))) {
            return 0;
        }
        long sequence = Long.parseLong(String.valueOf(TupleText.value(message, tuple, sequenceColumn)));
        if (last != 0 && sequence != last + 1) {
            throw new PenstockException(
                    ErrorKind.POSITION_LOST,
                    "The replication stream is not continuous: at LSN " + Lsn.format(lsn) + " heartbeat " + sequence
                            + " came after " + last
                            + ". Transactions are missing between them (the slot was re-created or"
                            + " advanced), or the source was set back. Nothing from there on was applied. Compare both databases;"
                            + " then release the task, drop the destination tables and start it again.");
        }
        last = sequence;
        return sequence;
    }
}
