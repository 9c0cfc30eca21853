package io.penstock.core.progress;

/**
 * One message of the stream that waits until its table can take it.
 *
 * @param seq ascending within a table; the order in which they are applied
 * @param lsn commit position of its transaction
 * @param kind for whoever replays it
 * @param message as it arrived; not to be changed
 */
public record Held(long seq, long lsn, long xid, String kind, byte[] message) {}
