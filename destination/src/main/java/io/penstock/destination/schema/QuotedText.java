package io.penstock.destination.schema;

/** Looks for key words in SQL text that the source's server wrote, outside of quoted names and literals. Pure. */
final class QuotedText {
    private QuotedText() {}

    static boolean contains(String sql, String words) {
        return find(sql, words) >= 0;
    }

    /** The text without the first occurrence. */
    static String remove(String sql, String words) {
        int at = find(sql, words);
        return at < 0 ? sql : sql.substring(0, at) + sql.substring(at + words.length());
    }

    private static int find(String sql, String words) {
        int at = 0;
        while (at < sql.length()) {
            if (sql.startsWith(words, at)) {
                return at;
            }
            char c = sql.charAt(at);
            int end = c == '"' || c == '\'' ? sql.indexOf(c, at + 1) : at;
            if (end < 0) {
                return -1;
            }
            at = end + 1;
        }
        return -1;
    }
}
