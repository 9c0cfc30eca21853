package io.penstock.engine.stream;

import io.penstock.core.change.Batch;
import io.penstock.core.change.OldTuple;
import io.penstock.core.change.TableChanges;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.Relation;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TupleFormat;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.stream.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns messages into batches: drops transactions that are applied already and changes that a copy already holds, checks every
 * table's description against the task's, follows the heartbeat, and hands out the source's events of changed definitions. One thread.
 */
final class TransactionReader implements MessageConsumer {
    private static final QualifiedName HEARTBEAT = new QualifiedName("penstock", "heartbeat");
    private static final QualifiedName DDL_LOG = new QualifiedName("penstock", "ddl_log");

    private final StreamTables tables;
    private final HeartbeatReader heartbeat;
    private final DdlLogReader ddlLog;
    private final boolean captured;
    private final Surprises surprises;
    /** Transactions whose commit record lies before it have been handed over, by this reader or an earlier one. */
    private long taken;

    private Batch batch = new Batch();
    private boolean inTransaction;
    private boolean skipped;
    private long finalLsn;
    private long commitMicros;
    private int xid;
    private int heartbeatOid;
    private int recentOid;
    private int messageBytes;
    private @Nullable TableStream recent;
    private @Nullable SchemaEvent event;

    /**
     * Readers of Penstock's own tables at the source.
     *
     * @param captured whether the source logs every change of definitions
     */
    record OwnTables(HeartbeatReader heartbeat, DdlLogReader ddlLog, boolean captured) {}

    /**
     * Where the reader is.
     *
     * @param lsn commit position of the transaction
     * @param micros commit time, microseconds since 1970
     */
    record Position(int xid, long lsn, long micros) {}

    /** @param applied transactions whose commit record lies before it are dropped */
    TransactionReader(StreamTables tables, OwnTables own, Surprises surprises, long applied) {
        this.surprises = surprises;
        this.tables = tables;
        this.heartbeat = own.heartbeat();
        this.ddlLog = own.ddlLog();
        this.captured = own.captured();
        this.taken = applied;
    }

    Batch batch() {
        return batch;
    }

    StreamTables tables() {
        return tables;
    }

    Position position() {
        return new Position(xid, finalLsn, commitMicros);
    }

    /** Hands the batch over and begins another. */
    Batch take() {
        Batch full = batch;
        batch = new Batch();
        if (!full.complete()) {
            // Only the last piece moves the position, and the heartbeat with it.
            batch.heartbeat(full.heartbeat());
        }
        if (inTransaction && !skipped) {
            batch.begin();
        }
        return full;
    }

    /** The event that the last message was, if it was one; nothing else may be read before it is dealt with. */
    @Nullable
    SchemaEvent takeEvent() {
        SchemaEvent taking = event;
        event = null;
        return taking;
    }

    /** A table was defined or changed: rows that waited for it go where they belong, and its description is looked up again. */
    void defined(int oid) {
        recentOid = 0;
        recent = null;
        List<StreamTables.Row> rows = tables.takeWaiting(oid);
        TableStream table = tables.get(oid);
        if (table != null) {
            for (StreamTables.Row row : rows) {
                insertInto(table, row.message(), row.tuple());
            }
        }
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
    public void begin(long newFinalLsn, long newCommitMicros, int newXid) {
        finalLsn = newFinalLsn;
        commitMicros = newCommitMicros;
        xid = newXid;
        inTransaction = true;
        skipped = Long.compareUnsigned(newFinalLsn, taken) < 0;
        if (!skipped) {
            batch.begin();
        }
    }

    @Override
    public void commit(long endLsn, long newCommitMicros) {
        tables.undefined().forEach(this::create);
        inTransaction = false;
        if (!skipped) {
            taken = endLsn;
            batch.commit(endLsn, newCommitMicros);
        }
    }

    @Override
    public void relation(Relation relation) {
        recentOid = 0;
        recent = null;
        if (relation.name().equals(HEARTBEAT)) {
            heartbeatOid = relation.oid();
            heartbeat.described(relation);
        } else if (relation.name().equals(DDL_LOG)) {
            ddlLog.described(relation);
        } else {
            described(relation);
        }
    }

    /** Where changes of definitions queue up among the rows, each row's description does too. */
    private void described(Relation relation) {
        TableStream table = tables.get(relation.oid());
        if (table == null || !table.queues()) {
            tables.described(relation);
        } else if (inTransaction && !skipped) {
            hold(table, HeldChange.DESCRIPTION, RelationText.write(relation));
        }
    }

    /** Rows of a table came, and nobody has told what it is. */
    private void create(int oid) {
        tables.takeWaiting(oid);
        Relation relation = tables.unknown(oid);
        if (relation == null) {
            throw new PenstockException(
                    ErrorKind.PROTOCOL,
                    "Changes of relation " + Integer.toUnsignedString(oid) + " came without a description.");
        }
        if (surprises.follows(oid)) {
            batch.remember(surprises.created(relation, position()));
        } else {
            tables.leave(oid, relation.name());
        }
    }

    @Override
    public void insert(int relation, byte[] message, int newTuple) {
        messageBytes = message.length;
        if (skipped) {
            return;
        }
        if (relation == heartbeatOid) {
            batch.heartbeat(heartbeat.read(message, newTuple, finalLsn));
        } else if (ddlLog.reads(relation)) {
            event = ddlLog.read(message, newTuple);
        } else if (captured && isUnknown(relation)) {
            tables.await(relation, message, newTuple);
        } else {
            insertInto(wanted(relation), message, newTuple);
        }
    }

    private void insertInto(@Nullable TableStream table, byte[] message, int newTuple) {
        if (table == null) {
            return;
        }
        if (table.held()) {
            hold(table, HeldChange.insert(newTuple), message);
        } else {
            changes(table).insert(message, newTuple);
        }
    }

    @Override
    public void update(int relation, OldTuple kind, byte[] message, int oldTuple, int newTuple) {
        messageBytes = message.length;
        if (relation == heartbeatOid) {
            if (!skipped) {
                batch.heartbeat(heartbeat.read(message, newTuple, finalLsn));
            }
            return;
        }
        TableStream table = wanted(relation);
        if (table == null) {
            return;
        }
        if (table.held()) {
            hold(table, new HeldChange(HeldChange.Kind.UPDATE, kind, oldTuple, newTuple), message);
        } else {
            changes(table).update(kind, message, oldTuple, newTuple);
        }
    }

    @Override
    public void delete(int relation, OldTuple kind, byte[] message, int oldTuple) {
        messageBytes = message.length;
        TableStream table = wanted(relation);
        if (table == null) {
            return;
        }
        if (table.held()) {
            hold(table, new HeldChange(HeldChange.Kind.DELETE, kind, oldTuple, 0), message);
        } else {
            changes(table).delete(kind, message, oldTuple);
        }
    }

    private void hold(TableStream table, HeldChange change, byte[] message) {
        batch.hold(table.mapping().source(), table.keep(position(), change.code(), message));
    }

    /**
     * An event concerns a table that cannot take it now. It was the last message.
     *
     * @param followed oids of types that are followed all the same
     */
    void holdEvent(TableStream table, SchemaEvent kept, Set<Integer> followed) {
        hold(table, HeldChange.DEFINITION, ddlLog.lastRow(kept, followed));
    }

    /** Values that are held of the table are none of a type of its columns any more, which waits for no table. */
    void holdRetyped(TableStream table) {
        hold(table, HeldChange.RETYPED, new byte[0]);
    }

    /** A look at the catalog left the table out: in a later run too it is looked at again when it goes on. */
    void holdUnlogged(TableStream table) {
        hold(table, HeldChange.UNLOGGED, new byte[0]);
    }

    /** Rows of a table were written anew, and the source could not log the command that did it. */
    void rewritten(TableStream table, Position at) {
        batch.remember(surprises.changed(table, at, "its rows were written anew"));
    }

    /** Puts a held change back among the others. */
    void replay(TableStream table, HeldChange change, byte[] message) {
        if (change.kind() == HeldChange.Kind.TRUNCATE) {
            batch.truncate(List.of(table.mapping()), false);
        } else {
            requireColumns(table, change, message);
            change.apply(changes(table), message);
        }
    }

    /** No Relation message describes what was held. */
    private static void requireColumns(TableStream table, HeldChange change, byte[] message) {
        int tuple = change.kind() == HeldChange.Kind.DELETE ? change.oldTuple() : change.newTuple();
        int columns = TupleFormat.columns(message, tuple);
        if (columns != table.mapping().columns().size()) {
            throw new PenstockException(
                    ErrorKind.INTERNAL,
                    "A held change of " + table.mapping().source() + " has " + columns + " columns, the table "
                            + table.mapping().columns().size() + ".");
        }
    }

    SchemaEvent eventOf(byte[] row) {
        return ddlLog.decode(row);
    }

    @Override
    public void truncate(int[] relations, boolean restartIdentity) {
        List<TableMapping> emptied = new ArrayList<>();
        for (int relation : relations) {
            TableStream table = wanted(relation);
            // A partitioned parent is listed beside its partitions.
            if (table != null && table.held()) {
                hold(table, HeldChange.TRUNCATE, new byte[0]);
            } else if (table != null && table.mapping().holdsRows()) {
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

    private boolean isUnknown(int relation) {
        return relation != recentOid
                && tables.get(relation) == null
                && !tables.ignores(relation)
                && !tables.past(relation, position());
    }

    /** The table when its change has to be applied, null when not. */
    private @Nullable TableStream wanted(int relation) {
        if (skipped || relation == heartbeatOid || ddlLog.reads(relation)) {
            return null;
        }
        TableStream table = relation == recentOid ? recent : look(relation);
        return table == null || table.copied(xid, finalLsn) ? null : table;
    }

    private @Nullable TableStream look(int relation) {
        TableStream table = tables.get(relation);
        if (table == null && !tables.ignores(relation) && !tables.past(relation, position())) {
            create(relation);
            table = tables.get(relation);
        }
        if (table == null) {
            return null;
        }
        String mismatch = table.mismatch();
        if (mismatch != null && !table.held() && !table.copied(xid, finalLsn)) {
            batch.remember(surprises.changed(table, position(), mismatch));
        }
        recentOid = relation;
        recent = table;
        return table;
    }
}
