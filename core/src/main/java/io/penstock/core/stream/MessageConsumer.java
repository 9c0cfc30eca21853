package io.penstock.core.stream;

import io.penstock.core.change.OldTuple;
import io.penstock.core.relation.Relation;

/**
 * The messages of a replication stream, in the order of the stream: {@code begin}, changes, {@code commit}, transaction after
 * transaction in commit order. A {@code relation} precedes the first change that needs it.
 *
 * <p>The message array belongs to the consumer; tuples are offsets into it ({@link io.penstock.core.relation.TupleFormat}).
 */
public interface MessageConsumer {
    /**
     * @param finalLsn position of the commit record
     * @param commitMicros commit time, microseconds since 1970-01-01 UTC
     * @param xid 32 bit id of the top-level transaction
     */
    void begin(long finalLsn, long commitMicros, int xid);

    void relation(Relation relation);

    void insert(int relation, byte[] message, int newTuple);

    /** @param oldTuple meaningless for {@link OldTuple#NONE} */
    void update(int relation, OldTuple kind, byte[] message, int oldTuple, int newTuple);

    void delete(int relation, OldTuple kind, byte[] message, int oldTuple);

    /** One statement; its tables are emptied together. */
    void truncate(int[] relations, boolean restartIdentity);

    /** @param endLsn position behind the transaction; reading may start here again */
    void commit(long endLsn, long commitMicros);
}
