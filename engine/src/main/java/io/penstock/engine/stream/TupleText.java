package io.penstock.engine.stream;

import io.penstock.core.relation.TupleFormat;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Single values of tuples as text; for our own tables, never for the rows of users. */
final class TupleText {
    private TupleText() {}

    /** @param column from 0 */
    static @Nullable String value(byte[] message, int tuple, int column) {
        int at = TupleFormat.firstColumn(tuple);
        for (int i = 0; i < column; i++) {
            at = TupleFormat.next(message, at);
        }
        return message[at] == TupleFormat.TEXT
                ? new String(message, TupleFormat.value(at), TupleFormat.length(message, at), StandardCharsets.UTF_8)
                : null;
    }
}
