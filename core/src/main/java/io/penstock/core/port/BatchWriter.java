package io.penstock.core.port;

import io.penstock.core.change.Batch;
import java.time.Duration;

/**
 * Applies batches of one lane, in order, through one session.
 *
 * <p>A complete batch and the progress row become durable in one transaction. Pieces of a large transaction share one: they become
 * durable with the piece that completes it. After an exception nothing of the open transaction is durable, unless COMMIT itself was
 * interrupted: then only the progress row, read through a new session, tells.
 *
 * <p>The progress row is moved by compare-and-set from the position this writer last saw, so that an older writer whose session
 * lingers at the server can never apply after a newer one.
 *
 * <p>One thread. Errors: CONNECTION, TRANSIENT, REFUSED (constraint, type, missing table), DIVERGED (a row count did not match).
 */
public interface BatchWriter extends AutoCloseable {
    /** A batch without steps only moves the position: what committed before its end concerned other tables. */
    void apply(Batch batch);

    /**
     * How long after the beginning of the last batch the next should begin at the earliest, because every commit costs this kind of
     * destination more than what it carries.
     */
    default Duration interval() {
        return Duration.ZERO;
    }

    /** Position after the last commit. */
    long appliedLsn();

    @Override
    void close();
}
