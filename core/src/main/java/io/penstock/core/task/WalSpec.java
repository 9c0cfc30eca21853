package io.penstock.core.task;

/**
 * How much WAL the slot may keep on the source.
 *
 * @param warnRetainedBytes a warning from here on
 * @param maxRetainedBytes the task gives its slot up from here on, to save the source
 */
public record WalSpec(Limit warnRetainedBytes, Limit maxRetainedBytes) {
    /** PostgreSQL's own default for max_wal_size: more than the server would keep without a slot. */
    public static final Limit DEFAULT_WARN_RETAINED_BYTES = Limit.of(1024L << 20);

    /** Giving up the slot costs a repair, so only the user can decide it. */
    public static final Limit DEFAULT_MAX_RETAINED_BYTES = Limit.UNLIMITED;

    public static final WalSpec DEFAULT = new WalSpec(DEFAULT_WARN_RETAINED_BYTES, DEFAULT_MAX_RETAINED_BYTES);
}
