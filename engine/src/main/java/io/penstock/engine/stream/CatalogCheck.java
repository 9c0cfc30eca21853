package io.penstock.engine.stream;

import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.SchemaEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the reader, which knows the definitions as of the stream, and whoever has looked at the source's catalog meet, after changes of
 * definitions may have gone unnoticed. Thread-safe.
 */
final class CatalogCheck {
    /** In no snapshot: no position is beyond it. */
    private static final TransactionReader.Position NOWHERE = new TransactionReader.Position(0, -1, 0);

    private static final TransactionReader.Position LEFT_OUT = new TransactionReader.Position(0, -1, 1);

    private final List<Touched> touched = new ArrayList<>();
    /** Where something was noticed that no check has shown yet. */
    private final List<TransactionReader.Position> wants = new ArrayList<>();

    private boolean underWay;
    private boolean again;
    /** Asked for after every transaction. */
    private volatile @Nullable Seen seen;

    private @Nullable Long done;

    /** What an event of the stream has touched. */
    private record Touched(int oid, TransactionReader.Position at) {}

    /**
     * What the source has.
     *
     * @param others tables the task knows and no longer selects
     * @param gone types and sequences the task knows and that are dropped
     * @param rewritten tables whose rows may have been written anew
     * @param failures how often capturing had failed before somebody looked
     */
    record Seen(Picture picture, Catalog others, Set<Integer> gone, Set<Integer> rewritten, long failures) {}

    /** Something of which no event tells was done in the transaction, or before it. */
    synchronized void want(TransactionReader.Position at) {
        Seen looked = seen;
        if (looked == null || !looked.picture().moment().contains(at.xid(), at.lsn())) {
            wants.add(at);
        }
    }

    /** The same when nobody knows where. */
    synchronized void want() {
        wants.add(NOWHERE);
    }

    /** A check had to leave something out; nothing new was noticed. */
    synchronized void wantAgain() {
        wants.add(LEFT_OUT);
    }

    /** Whether the check that is under way was asked for only because an earlier one had left something out. */
    synchronized boolean again() {
        return again;
    }

    /** Whether a check has to begin, or is under way. */
    synchronized boolean pending() {
        return underWay || !wants.isEmpty();
    }

    /** Whether a check has to begin and can. */
    synchronized boolean mayBegin() {
        return !underWay && !wants.isEmpty();
    }

    /** From now on events are remembered; to be called before the catalog is read. Returns false when a check is under way already. */
    synchronized boolean begin() {
        if (underWay) {
            return false;
        }
        underWay = true;
        again = !wants.isEmpty() && wants.stream().allMatch(LEFT_OUT::equals);
        wants.clear();
        touched.clear();
        return true;
    }

    synchronized void compare(Seen looked) {
        wants.removeIf(at -> looked.picture().moment().contains(at.xid(), at.lsn()));
        seen = looked;
    }

    synchronized void read(SchemaEvent event, TransactionReader.Position at) {
        if (underWay) {
            event.image().tables().forEach(t -> touched.add(new Touched(t.oid(), at)));
            event.image().types().forEach(t -> touched.add(new Touched(t.oid(), at)));
            event.image().sequences().forEach(s -> touched.add(new Touched(s.oid(), at)));
            event.dropped().forEach(d -> touched.add(new Touched(d.oid(), at)));
        }
    }

    /** What is to be compared with, once everything it may hold is applied. */
    @Nullable
    Seen due(long applied) {
        Seen looked = seen;
        return looked != null
                        && Long.compareUnsigned(
                                        applied, looked.picture().moment().insertLsn())
                                >= 0
                ? looked
                : null;
    }

    /** Objects that events of the stream have changed after the source was looked at. */
    synchronized Set<Integer> changedSince(Seen looked) {
        Set<Integer> changed = new HashSet<>();
        for (Touched one : touched) {
            if (!looked.picture().moment().contains(one.at().xid(), one.at().lsn())) {
                changed.add(one.oid());
            }
        }
        return changed;
    }

    /** What differed is being mended, and that is durable. */
    synchronized void compared() {
        Seen looked = seen;
        done = looked == null ? null : looked.failures();
        seen = null;
        underWay = false;
    }

    /** The count of failures that the last check has dealt with; once. */
    synchronized @Nullable Long takeDone() {
        Long taking = done;
        done = null;
        return taking;
    }
}
