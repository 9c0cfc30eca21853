package io.penstock.core.stream;

/**
 * A replication stream that has been started. Used by one thread.
 *
 * <p>Order: exactly the order of the log's commits from the position asked for. The server repeats what was not confirmed, so after
 * a new start transactions may come again that ended before the position; the consumer drops them.
 */
public interface ChangeStream extends AutoCloseable {
    /**
     * Hands the next message to the consumer.
     *
     * @return false when nothing has arrived within about a millisecond
     * @throws io.penstock.core.error.PenstockException CONNECTION when the stream broke; POSITION_LOST, PROTOCOL
     */
    boolean next(MessageConsumer consumer);

    /** The server's position as of its last message; everything before it has been handed over. */
    long receivedLsn();

    /**
     * Tells the slot that everything before the position is durable at the destination. Never call it with a position that is not.
     * Also answers keepalives, so call it at least every few seconds, changed or not.
     */
    void confirm(long lsn);

    @Override
    void close();
}
