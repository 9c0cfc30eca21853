package io.penstock.core.port;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The task's permanent logical slot. Errors: CONNECTION, LOGIN, PRECHECK (no free slot), TRANSIENT. */
public interface SlotControl extends AutoCloseable {
    String name();

    Optional<SlotState> state();

    /**
     * Creates the slot and returns its consistent point: every transaction that commits after it will be streamed. Waits, without
     * limit, until the transactions that were running have ended.
     *
     * @param stop asked again and again, from another thread; once it says true, the server is told to give up, and leaves no slot
     * @throws io.penstock.core.error.PenstockException also INTERRUPTED, when told to stop
     */
    long create(BooleanSupplier stop);

    /** Drops the slot if it exists. */
    void drop();

    /**
     * Where the source left a timeline.
     *
     * @return position of the switch away from {@code timeline}, or -1 when the server's history does not contain it
     */
    long switchPoint(int timeline);

    @Override
    void close();
}
