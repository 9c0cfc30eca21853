package io.penstock.core.progress;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of one step of one change of definition.
 *
 * @param id number of the event in the source's log
 * @param lsn commit position of the source's transaction
 * @param micros when the source logged it, microseconds since 1970
 * @param tag the source's command, such as {@code ALTER TABLE}
 * @param object for a person
 * @param query what the user ran at the source
 * @param statement what was, was not, or must be run at the destination; empty when nothing
 * @param error why it failed or was skipped
 */
public record DdlEntry(
        long id,
        long lsn,
        long micros,
        String tag,
        String object,
        String query,
        Result result,
        String statement,
        @Nullable String error) {
    /** Set when the step is dealt with; a failed one becomes another entry when a person has resumed the table. */
    public enum Result {
        DONE,
        SKIPPED,
        FAILED;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
