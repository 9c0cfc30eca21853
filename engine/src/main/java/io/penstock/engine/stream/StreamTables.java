package io.penstock.engine.stream;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.relation.OidMap;
import io.penstock.core.relation.Relation;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.task.ObjectSelection;
import io.penstock.engine.definition.AheadOfStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the stream: those the task follows, those it does not, and those whose definition has not come yet. CREATE TABLE AS fills
 * its table before the source can log that there is one, so its rows wait. One thread.
 */
final class StreamTables {
    /** Beyond it rows of a table that is not defined yet are no longer kept; the table is copied instead. */
    private static final long MAX_WAITING_BYTES = 32L << 20;

    private final OidMap<TableStream> followed = new OidMap<>();
    private final Map<Integer, Relation> unknown = new HashMap<>();
    /** By oid; whether a table belongs here is known from its Relation message. */
    private final Map<Integer, QualifiedName> ignored = new HashMap<>();

    private final Map<Integer, List<Row>> waiting = new HashMap<>();
    /** Tables that were created and that the task was told not to create. */
    private final Set<Integer> lacking;

    private final ObjectSelection objects;
    private final AheadOfStream ahead;
    private long waitingBytes;

    /** The new tuple of an INSERT. */
    record Row(byte[] message, int tuple) {}

    /** @param lacking oids of objects the destination does not have on purpose */
    StreamTables(ObjectSelection objects, Collection<TableProgress> known, Set<Integer> lacking, AheadOfStream ahead) {
        this.objects = objects;
        this.lacking = new HashSet<>(lacking);
        this.ahead = ahead;
        for (TableProgress table : known) {
            followed.put(table.mapping().sourceOid(), new TableStream(table));
        }
    }

    void described(Relation relation) {
        TableStream table = followed.get(relation.oid());
        if (table != null) {
            table.described(relation);
        } else if (!lacking.contains(relation.oid())
                && objects.selects(relation.name().schema(), relation.name().table())) {
            ignored.remove(relation.oid());
            unknown.put(relation.oid(), relation);
        } else {
            unknown.remove(relation.oid());
            ignored.put(relation.oid(), relation.name());
        }
    }

    /** Whether what is known of the table shows all that the transaction has done to it; then it may be gone by now. */
    boolean past(int oid, TransactionReader.Position at) {
        TableStream table = followed.get(oid);
        return table != null && table.copied(at.xid(), at.lsn())
                || ahead.contains(ObjectKind.TABLE, oid, at.xid(), at.lsn());
    }

    AheadOfStream ahead() {
        return ahead;
    }

    @Nullable
    TableStream get(int oid) {
        return followed.get(oid);
    }

    void forEach(Consumer<TableStream> action) {
        followed.forEach(action);
    }

    void put(int oid, TableStream table) {
        followed.put(oid, table);
        unknown.remove(oid);
        ignored.remove(oid);
    }

    /** Changes of the table are nothing to the task from now on. */
    void leave(int oid, QualifiedName name) {
        followed.remove(oid);
        unknown.remove(oid);
        ignored.put(oid, name);
    }

    /** The destination does not have it on purpose. */
    void lack(int oid, QualifiedName name) {
        lacking.add(oid);
        leave(oid, name);
    }

    boolean ignores(int oid) {
        return ignored.containsKey(oid);
    }

    /** A table of the task that nobody has defined, null when it is none. */
    @Nullable
    Relation unknown(int oid) {
        return unknown.get(oid);
    }

    /** Keeps a row of a table that nobody has defined yet. */
    void await(int oid, byte[] message, int tuple) {
        List<Row> rows = waiting.computeIfAbsent(oid, o -> new ArrayList<>());
        waitingBytes += message.length;
        if (waitingBytes <= MAX_WAITING_BYTES) {
            rows.add(new Row(message, tuple));
        }
    }

    /** Whether not every row that came for it was kept. */
    boolean overflowed(int oid) {
        return waiting.containsKey(oid) && waitingBytes > MAX_WAITING_BYTES;
    }

    /** The rows that waited for the table's definition. */
    List<Row> takeWaiting(int oid) {
        List<Row> rows = waiting.remove(oid);
        if (waiting.isEmpty()) {
            waitingBytes = 0;
        }
        return rows == null ? List.of() : rows;
    }

    /** Tables whose rows came and whose definition did not. */
    List<Integer> undefined() {
        return waiting.isEmpty() ? List.of() : List.copyOf(waiting.keySet());
    }
}
