package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.progress.Held;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.relation.MixedTables;
import io.penstock.core.relation.Relation;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.snapshot.TableSnapshot;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the stream's reader knows of one table: how it is mapped, and which transactions its copy already holds. One thread.
 */
final class TableStream {
    private final TableMapping mapping;
    private @Nullable TableSnapshot snapshot;
    private @Nullable String mismatch;
    private long decidedFor;
    private boolean copied;
    private boolean held;
    private boolean copying;
    private boolean replaying;
    private long heldSeq;

    TableStream(TableProgress progress) {
        this.mapping = progress.mapping();
        String text = progress.snapshot();
        this.snapshot = text == null ? null : TableSnapshot.parse(text, progress.insertLsn());
    }

    private TableStream(TableMapping mapping, @Nullable TableSnapshot snapshot) {
        this.mapping = mapping;
        this.snapshot = snapshot;
    }

    /** The same table with another definition. */
    TableStream withMapping(TableMapping changed) {
        TableStream other = new TableStream(changed, snapshot);
        other.held = held;
        other.heldSeq = heldSeq;
        other.copying = copying;
        other.replaying = replaying;
        return other;
    }

    /** From now on changes are kept for later, numbered from the one after {@code lastSeq} on. */
    TableStream hold(long lastSeq) {
        held = true;
        heldSeq = lastSeq;
        snapshot = null;
        return this;
    }

    /**
     * The rows are copied again: changes of rows are held, while those of definition go on being followed at once, so that the
     * destination's table is always what the stream says.
     */
    TableStream awaitCopy(boolean awaited) {
        copying = awaited;
        return this;
    }

    /** Whether a copy that has not come yet will hold whatever was held so far. */
    boolean awaitsCopy() {
        return copying;
    }

    /** Whether the destination's table may hold rows that another copy would not bring back. */
    boolean keepsRows() {
        return mapping.mixed() || !copying && mapping.keepsRows();
    }

    /** A table with rows that would not come back is not emptied. */
    void requireCopyable() {
        if (keepsRows()) {
            throw new PenstockException(ErrorKind.REFUSED, MixedTables.copyAgain(mapping));
        }
    }

    /** Whether changes of definition have to wait behind the changes of rows that are held. */
    boolean queues() {
        return held && (replaying || !copying);
    }

    /** Changes are applied at once again, but for those that the copy holds. */
    void release(@Nullable TableSnapshot copy) {
        held = false;
        copying = false;
        replaying = false;
        snapshot = copy;
        decidedFor = 0;
    }

    /** Whether what is held is being applied: changes of definition are followed, while new ones of the stream still queue up. */
    boolean replaying() {
        return replaying;
    }

    void replay(boolean begins) {
        replaying = begins;
    }

    /** Whether the destination's table cannot take changes now. */
    boolean held() {
        return held;
    }

    /** Number of the last change that is kept. */
    long lastSeq() {
        return heldSeq;
    }

    /** The change as it is kept for later. */
    Held keep(TransactionReader.Position at, String kind, byte[] message) {
        heldSeq++;
        return new Held(heldSeq, at.lsn(), at.xid(), kind, message);
    }

    TableMapping mapping() {
        return mapping;
    }

    /** Whether the copy already holds what the transaction did; decided once per transaction. */
    boolean copied(int xid, long finalLsn) {
        TableSnapshot filter = snapshot;
        if (filter == null) {
            return false;
        }
        if (decidedFor != finalLsn) {
            decidedFor = finalLsn;
            copied = filter.contains(xid, finalLsn);
            if (Long.compareUnsigned(finalLsn, filter.insertLsn()) >= 0) {
                // Commit records come in order: no later transaction can be in the snapshot.
                snapshot = null;
            }
        }
        return copied;
    }

    /** Why the table's changes cannot be applied, or null. */
    @Nullable
    String mismatch() {
        return mismatch;
    }

    /** The stream describes the table; it must be what the task works with. */
    void described(Relation relation) {
        mismatch = difference(relation);
    }

    private @Nullable String difference(Relation relation) {
        if (!relation.name().equals(mapping.source())) {
            return "it was renamed to " + relation.name();
        }
        if (relation.columns().size() != mapping.columns().size()) {
            return "it has " + relation.columns().size() + " columns instead of "
                    + mapping.columns().size();
        }
        Set<String> identity = new HashSet<>();
        for (int i = 0; i < relation.columns().size(); i++) {
            Relation.Column is = relation.columns().get(i);
            TableMapping.MappedColumn was = mapping.columns().get(i);
            if (!is.name().equals(was.sourceName())) {
                return "column " + was.sourceName() + " is now " + is.name();
            }
            if (is.typeOid() != was.sourceTypeOid()) {
                return "the type of column " + is.name() + " is another one";
            }
            if (is.key()) {
                identity.add(is.name());
            }
        }
        return identityDifference(relation, identity);
    }

    private @Nullable String identityDifference(Relation relation, Set<String> identity) {
        if (relation.identity() == ReplicaIdentity.FULL || !mapping.holdsRows()) {
            return null;
        }
        if (mapping.rule() != null && mapping.rule().wholeRows()) {
            return "its replica identity is not FULL any more, which the filter or an expression of the task file needs";
        }
        for (TableMapping.MappedColumn column : mapping.columns()) {
            if (column.key() != identity.contains(column.sourceName())) {
                return "its replica identity consists of other columns (" + String.join(", ", identity) + ")";
            }
        }
        return null;
    }
}
