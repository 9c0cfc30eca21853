package io.penstock.engine.stream;

import io.penstock.core.change.Batch;
import io.penstock.core.change.OldTuple;
import io.penstock.core.change.TableChanges;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.relation.OidMap;
import io.penstock.core.relation.Relation;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.stream.MessageConsumer;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns messages into batches: drops transactions that are applied already and changes that a copy already holds, checks every
 * table's description against the task's, follows the heartbeat. One thread.
 */
final class TransactionReader implements MessageConsumer {
    private static final QualifiedName HEARTBEAT = new QualifiedName("penstock", "heartbeat");
    private static final QualifiedName DDL_LOG = new QualifiedName("penstock", "ddl_log");

    private final OidMap<TableStream> tables = new OidMap<>();
    private final Map<Integer, QualifiedName> unknown = new HashMap<>();
    /** Tables the publications hold beside those the task follows. */
    private final OidMap<QualifiedName> ignored = new OidMap<>();

    private final ObjectSelection objects;
    private final HeartbeatReader heartbeat;
    /** Transactions whose commit record lies before it have been handed over, by this reader or an earlier one. */
    private long taken;

    private Batch batch = new Batch();
    private boolean inTransaction;
    private boolean skipped;
    private long finalLsn;
    private int xid;
    private int heartbeatOid;
    private int recentOid;
    private int messageBytes;
    private @Nullable TableStream recent;

    /**
     * @param applied transactions whose commit record lies before it are dropped
     * @param lastHeartbeat number of the last heartbeat applied, 0 when none
     */
    TransactionReader(TaskSpec spec, Collection<TableProgress> known, long applied, long lastHeartbeat) {
        this.taken = applied;
        this.objects = spec.objects();
        this.heartbeat = new HeartbeatReader(spec.name(), lastHeartbeat);
        for (TableProgress table : known) {
            tables.put(table.mapping().sourceOid(), new TableStream(table));
        }
    }

    Batch batch() {
        return batch;
    }

    /** Hands the batch over and begins another. */
    Batch take() {
        Batch full = batch;
        batch = new Batch();
        if (inTransaction && !skipped) {
            batch.begin();
        }
        return full;
    }

    /** Size of the last change since the last call, 0 when there was none. */
    int takeMessageBytes() {
        int bytes = messageBytes;
        messageBytes = 0;
        return bytes;
    }

    boolean inTransaction() {
        return inTransaction;
    }

    @Override
    public void begin(long newFinalLsn, long commitMicros, int newXid) {
        finalLsn = newFinalLsn;
        xid = newXid;
        inTransaction = true;
        skipped = Long.compareUnsigned(newFinalLsn, taken) < 0;
        if (!skipped) {
            batch.begin();
        }
    }

    @Override
    public void commit(long endLsn, long commitMicros) {
        inTransaction = false;
        if (!skipped) {
            taken = endLsn;
            batch.commit(endLsn, commitMicros);
        }
    }

    @Override
    public void relation(Relation relation) {
        recentOid = 0;
        recent = null;
        if (relation.name().equals(HEARTBEAT)) {
            heartbeatOid = relation.oid();
            heartbeat.described(relation);
            return;
        }
        TableStream table = tables.get(relation.oid());
        if (table != null) {
            table.described(relation);
        } else if (DDL_LOG.equals(relation.name())
                || !objects.selects(relation.name().schema(), relation.name().table())) {
            ignored.put(relation.oid(), relation.name());
            unknown.remove(relation.oid());
        } else {
            unknown.put(relation.oid(), relation.name());
        }
    }

    @Override
    public void insert(int relation, byte[] message, int newTuple) {
        messageBytes = message.length;
        TableStream table = wanted(relation);
        if (table != null) {
            changes(table).insert(message, newTuple);
        } else if (relation == heartbeatOid && !skipped) {
            batch.heartbeat(heartbeat.read(message, newTuple, finalLsn));
        }
    }

    @Override
    public void update(int relation, OldTuple kind, byte[] message, int oldTuple, int newTuple) {
        messageBytes = message.length;
        TableStream table = wanted(relation);
        if (table != null) {
            changes(table).update(kind, message, oldTuple, newTuple);
        } else if (relation == heartbeatOid && !skipped) {
            batch.heartbeat(heartbeat.read(message, newTuple, finalLsn));
        }
    }

    @Override
    public void delete(int relation, OldTuple kind, byte[] message, int oldTuple) {
        messageBytes = message.length;
        TableStream table = wanted(relation);
        if (table != null) {
            changes(table).delete(kind, message, oldTuple);
        }
    }

    @Override
    public void truncate(int[] relations, boolean restartIdentity) {
        List<TableMapping> emptied = new ArrayList<>();
        for (int relation : relations) {
            TableStream table = wanted(relation);
            // A partitioned parent is listed beside its partitions.
            if (table != null && table.mapping().holdsRows()) {
                emptied.add(table.mapping());
            }
        }
        if (!emptied.isEmpty()) {
            batch.truncate(emptied, restartIdentity);
        }
    }

    private TableChanges changes(TableStream table) {
        batch.counted();
        return batch.changesOf(table.mapping());
    }

    /** The table when its change has to be applied, null when not. */
    private @Nullable TableStream wanted(int relation) {
        if (skipped || relation == heartbeatOid) {
            return null;
        }
        TableStream table = relation == recentOid ? recent : look(relation);
        return table == null || table.copied(xid, finalLsn) ? null : table;
    }

    private @Nullable TableStream look(int relation) {
        TableStream table = tables.get(relation);
        if (table == null) {
            if (ignored.get(relation) != null && !unknown.containsKey(relation)) {
                return null;
            }
            throw changed(
                    unknown.getOrDefault(relation, new QualifiedName("?", Integer.toUnsignedString(relation))),
                    "the task does not know it: it was created or attached after the task began");
        }
        String mismatch = table.mismatch();
        if (mismatch != null && !table.copied(xid, finalLsn)) {
            throw changed(table.mapping().source(), mismatch);
        }
        recentOid = relation;
        recent = table;
        return table;
    }

    private PenstockException changed(QualifiedName table, String how) {
        return new PenstockException(
                ErrorKind.DEFINITION_CHANGED,
                "The definition of table " + table + " changed on the source before LSN " + Lsn.format(finalLsn) + ": "
                        + how
                        + ". Changes of definitions are not followed yet. Everything before that is applied. Undo the change, or"
                        + " run `penstock release`, drop the destination tables and start the task again.");
    }
}
