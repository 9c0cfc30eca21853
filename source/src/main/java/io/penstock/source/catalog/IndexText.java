package io.penstock.source.catalog;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;

/** Takes {@code pg_get_indexdef} apart. Pure. */
final class IndexText {
    private static final String STORAGE = " WITH (";

    private IndexText() {}

    /**
     * What follows the table's name, without storage parameters: they tune the source, not the destination.
     *
     * @param index quoted name
     * @param table qualified and quoted name
     */
    static String tail(String definition, boolean unique, String index, String table) {
        String start = (unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + index + " ON ";
        for (String prefix : new String[] {start + table + " ", start + "ONLY " + table + " "}) {
            if (definition.startsWith(prefix)) {
                return withoutStorage(definition.substring(prefix.length()));
            }
        }
        // The server makes the text of what is there now, also when the rows of the catalog are read as of a moment
        // ago.
        throw new PenstockException(
                ErrorKind.TRANSIENT,
                "Index " + index + " of " + table
                        + " has a definition that is not understood; perhaps it was changed just now.");
    }

    private static String withoutStorage(String tail) {
        int from = topLevel(tail, STORAGE);
        if (from < 0) {
            return tail;
        }
        int to = closing(tail, from + STORAGE.length());
        return tail.substring(0, from) + tail.substring(to + 1);
    }

    /** Position of {@code phrase} outside parentheses and quotes, -1 when it is not there. */
    private static int topLevel(String text, String phrase) {
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith(phrase, at)) {
                return at;
            }
            at = text.charAt(at) == '(' ? closing(text, at + 1) + 1 : afterQuoted(text, at);
        }
        return -1;
    }

    /** Position of the parenthesis that closes the one before {@code from}. */
    private static int closing(String text, int from) {
        int depth = 1;
        int at = from;
        while (at < text.length()) {
            char c = text.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
            at = afterQuoted(text, at);
        }
        return text.length() - 1;
    }

    /** The position after the character at {@code at}, or after the quoted name or literal that begins there. */
    private static int afterQuoted(String text, int at) {
        char quote = text.charAt(at);
        if (quote != '"' && quote != '\'') {
            return at + 1;
        }
        int end = text.indexOf(quote, at + 1);
        return end < 0 ? text.length() : end + 1;
    }
}
