package io.penstock.core.script;

import io.penstock.core.script.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Text to tokens. What cannot be read is reported and left out, so that one look finds every such place. One thread. */
final class Lexer {
    private static final List<String> TWO = List.of("==", "!=", ">=", "<=", "&&", "||");
    private static final String ONE = "()[],?:=<>!+-*/%";

    private final String text;
    private final Problems problems;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    /** Ends with a token of kind END. */
    static List<Token> tokens(String text, Problems problems) {
        Lexer lexer = new Lexer(text, problems);
        while (lexer.at < text.length()) {
            lexer.next();
        }
        lexer.add(Kind.END, text.length(), "");
        return lexer.tokens;
    }

    private void next() {
        char c = text.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (c == '\'' || c == '"') {
            string(c);
        } else if (c == '`') {
            column();
        } else if (isDigit(c)) {
            number();
        } else if (isNameStart(c)) {
            int start = at;
            at = endOfName();
            add(Kind.NAME, start, text.substring(start, at));
        } else {
            symbol(c);
        }
    }

    private void symbol(char c) {
        int start = at;
        for (String two : TWO) {
            if (text.startsWith(two, at)) {
                at += 2;
                add(Kind.SYMBOL, start, two);
                return;
            }
        }
        int point = text.codePointAt(at);
        at += Character.charCount(point);
        if (ONE.indexOf(c) >= 0) {
            add(Kind.SYMBOL, start, String.valueOf(c));
        } else if (c == ';') {
            problems.add(start, "a script is one expression without ';'; put several steps into e_compose(...)");
        } else {
            problems.add(
                    start,
                    "'" + Character.toString(point)
                            + "' means nothing here; strings stand in quotes, columns in back quotes");
        }
    }

    private void column() {
        int start = at;
        StringBuilder name = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '`') {
                name.append(c);
            } else if (at < text.length() && text.charAt(at) == '`') {
                name.append('`');
                at++;
            } else {
                addColumn(start, name.toString());
                return;
            }
        }
        problems.add(start, "this back quote is never closed");
        add(Kind.COLUMN, start, "?");
    }

    private void addColumn(int start, String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            problems.add(start, "a column needs a name between its back quotes");
        }
        add(Kind.COLUMN, start, name);
    }

    private void number() {
        int start = at;
        digits();
        Kind kind = Kind.WHOLE;
        if (at + 1 < text.length() && text.charAt(at) == '.' && isDigit(text.charAt(at + 1))) {
            kind = Kind.DECIMAL;
            at++;
            digits();
        }
        if (at < text.length() && (isNameStart(text.charAt(at)) || text.charAt(at) == '.')) {
            at = Math.max(at + 1, endOfName());
            problems.add(
                    start,
                    "'" + text.substring(start, at) + "' is no number; write digits, with one point where needed");
        }
        add(kind, start, text.substring(start, at));
    }

    private void digits() {
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
    }

    private void string(char quote) {
        int start = at;
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at);
            if (c == '\\') {
                escape(value);
            } else {
                value.append(c);
                at++;
            }
        }
        if (at >= text.length()) {
            problems.add(
                    start,
                    "this string is never closed; it ends with the quote it begins with, \\" + quote
                            + " stands for the quote itself");
        }
        at++;
        if (value.indexOf("\0") >= 0) {
            problems.add(start, "PostgreSQL has no strings with the character NUL");
        }
        add(Kind.STRING, start, value.toString());
    }

    /** The escapes of Java, in which the reference product is written. */
    private void escape(StringBuilder value) {
        int start = at;
        char c = at + 1 < text.length() ? text.charAt(at + 1) : 0;
        int simple = "\\'\"/ntrbf".indexOf(c);
        at += 2;
        if (c == 0) {
            at = text.length();
        } else if (c == 'u') {
            unicode(start, value);
        } else if (simple >= 0) {
            value.append("\\'\"/\n\t\r\b\f".charAt(simple));
        } else {
            problems.add(start, "\\" + c + " is no escape; for a backslash write \\\\");
        }
    }

    private void unicode(int start, StringBuilder value) {
        String hex = text.substring(at, Math.min(at + 4, text.length()));
        if (hex.matches("[0-9a-fA-F]{4}")) {
            value.append((char) Integer.parseInt(hex, 16));
            at += 4;
        } else {
            problems.add(start, "\\u needs four hexadecimal digits");
        }
    }

    private void add(Kind kind, int offset, String value) {
        tokens.add(new Token(kind, offset, value));
    }

    private int endOfName() {
        int end = at;
        while (end < text.length() && (isNameStart(text.charAt(end)) || isDigit(text.charAt(end)))) {
            end++;
        }
        return end;
    }

    private static boolean isNameStart(char c) {
        return c == '_' || Character.isLetter(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
