package io.penstock.core.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes SQL text apart, so that words inside of literals, quoted names and comments are not mistaken for SQL (PostgreSQL documentation,
 * section 4.1 "Lexical Structure"). The tokens' texts together are the text. Pure.
 */
public final class SqlTokens {
    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    /** What a token is. */
    public enum Kind {
        /** A key word or a name without quotes. */
        WORD,
        /** A name in double quotes. */
        QUOTED,
        /** A string in single quotes or dollars. */
        LITERAL,
        /** White space or a comment. */
        BLANK,
        /** One character of anything else; whole numbers with what follows them. */
        OTHER
    }

    public record Token(Kind kind, String text) {
        public boolean isWord(String word) {
            return kind == Kind.WORD && text.equalsIgnoreCase(word);
        }

        public boolean is(String other) {
            return kind == Kind.OTHER && text.equals(other);
        }
    }

    private SqlTokens(String sql) {
        this.sql = sql;
    }

    /** What is not closed reaches to the end. */
    public static List<Token> of(String sql) {
        SqlTokens scanner = new SqlTokens(sql);
        while (scanner.at < sql.length()) {
            scanner.next();
        }
        return List.copyOf(scanner.tokens);
    }

    private void next() {
        char c = sql.charAt(at);
        if (Character.isWhitespace(c)) {
            add(Kind.BLANK, at + 1);
        } else if (sql.startsWith("--", at)) {
            add(Kind.BLANK, endOfLine());
        } else if (sql.startsWith("/*", at)) {
            add(Kind.BLANK, endOfComment());
        } else if (c == '\'') {
            add(Kind.LITERAL, endOfQuotes(at, '\'', escapes()));
        } else if (c == '"') {
            add(Kind.QUOTED, endOfQuotes(at, '"', false));
        } else if (c == '$') {
            dollar();
        } else if (isWordStart(c)) {
            add(Kind.WORD, endOfWord(at));
        } else if (c >= '0' && c <= '9') {
            add(Kind.OTHER, endOfWord(at));
        } else {
            add(Kind.OTHER, at + 1);
        }
    }

    private void add(Kind kind, int end) {
        tokens.add(new Token(kind, sql.substring(at, end)));
        at = end;
    }

    /** Whether the string that begins here is one like {@code E'...'}. */
    private boolean escapes() {
        return !tokens.isEmpty() && tokens.get(tokens.size() - 1).isWord("e");
    }

    private int endOfQuotes(int start, char quote, boolean backslash) {
        int i = start + 1;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (backslash && c == '\\') {
                i += 2;
            } else if (c != quote) {
                i++;
            } else if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                i += 2;
            } else {
                return i + 1;
            }
        }
        return sql.length();
    }

    private int endOfLine() {
        int i = at;
        while (i < sql.length() && sql.charAt(i) != '\n' && sql.charAt(i) != '\r') {
            i++;
        }
        return i;
    }

    /** Comments nest. */
    private int endOfComment() {
        int depth = 0;
        int i = at;
        while (i < sql.length()) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i += 2;
            } else if (sql.startsWith("*/", i)) {
                depth--;
                i += 2;
                if (depth == 0) {
                    return i;
                }
            } else {
                i++;
            }
        }
        return sql.length();
    }

    private void dollar() {
        int i = at + 1;
        while (i < sql.length() && isWordPart(sql.charAt(i)) && sql.charAt(i) != '$') {
            i++;
        }
        boolean tagged = i < sql.length() && sql.charAt(i) == '$' && !startsWithDigit(i);
        if (!tagged) {
            add(Kind.OTHER, at + 1);
            return;
        }
        String tag = sql.substring(at, i + 1);
        int close = sql.indexOf(tag, i + 1);
        add(Kind.LITERAL, close < 0 ? sql.length() : close + tag.length());
    }

    private boolean startsWithDigit(int end) {
        return end > at + 1 && Character.isDigit(sql.charAt(at + 1));
    }

    private int endOfWord(int start) {
        int i = start;
        while (i < sql.length() && isWordPart(sql.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isWordStart(char c) {
        return c == '_' || Character.isLetter(c) || c > 127;
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || (c >= '0' && c <= '9') || c == '$';
    }
}
