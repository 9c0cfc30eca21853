package io.penstock.source.stream;

/**
 * When the slot is read in rounds, and how large a round is.
 *
 * @param farBehindBytes behind by more log than this, rounds pay for decoding again from the slot's restart position
 * @param roundBytes wanted size of a round, which the source holds in memory up to work_mem and then in temporary files
 * @param mostDecodedAgain every round decodes the log between the slot's restart position, which an old transaction holds back, and its own
 *     begin once more; when that is more than this, the stream is used
 * @param firstRoundMessages size of the first round, before the size of messages is known
 * @param starvedOnly whether rounds are used only while the writer mostly waits for changes: a round cannot overlap with the writing of the
 *     one before, so it is no gain where the destination is the slower part
 */
public record CatchUpLimits(
        long farBehindBytes, long roundBytes, long mostDecodedAgain, long firstRoundMessages, boolean starvedOnly) {
    public static final CatchUpLimits DEFAULT = new CatchUpLimits(32L << 20, 64L << 20, 64L << 20, 100_000, true);
    /** The stream alone. */
    public static final CatchUpLimits OFF = new CatchUpLimits(Long.MAX_VALUE, 1, 0, 1, true);

    /** Without a bound the server would decode all the log there is before it sends the first message, or none at all. */
    long roundLog() {
        return 16 * roundBytes;
    }

    /** A round may not grow beyond this; a transaction that makes it do so is left to the stream, which needs no room for it. */
    long giantBytes() {
        return 4 * roundBytes;
    }
}
