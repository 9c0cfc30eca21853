package io.penstock.core.script;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of Java as one of PostgreSQL (documentation, section 9.7.3 "POSIX Regular Expressions"), with the same meaning for
 * the question whether a text matches. What both write alike but mean differently is rewritten ({@code \d}, {@code \w}, {@code \s} stand
 * for ASCII, the point for anything but a line end); what has no exact counterpart is refused. One thread.
 */
final class RegexText {
    /** The server's own limit for {@code {m,n}}. */
    private static final int MAX_REPEAT = 255;

    private static final Pattern BOUND = Pattern.compile("[0-9]+");
    private static final String SPACE = " \\t\\n\\v\\f\\r";
    private static final Map<Character, String> CLASSES = Map.of('d', "0-9", 'w', "a-zA-Z0-9_", 's', SPACE);
    private static final String PLAIN = " _-/,:;@#%&~<>=!\"'`";
    private static final String SAME_ESCAPES = "tnrf";

    private final String java;
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder strict = new StringBuilder();
    private int at;
    private boolean anchored;

    private RegexText(String java) {
        this.java = java;
    }

    /**
     * @throws IllegalArgumentException with a reason when Java does not read the pattern or PostgreSQL cannot express it
     */
    static RegexText of(String java) {
        try {
            Pattern.compile(java);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("this is no regular expression: " + e.getDescription());
        }
        RegexText regex = new RegexText(java);
        regex.anchored = regex.alternatives();
        if (regex.at < java.length()) {
            throw refused(regex.rest());
        }
        return regex;
    }

    /** A pattern that matches just this text. */
    static String literal(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            boolean special = c < 128 && !Character.isLetterOrDigit(c) && PLAIN.indexOf(c) < 0;
            escaped.append(special ? "\\" : "").appendCodePoint(c);
        });
        return escaped.toString();
    }

    String text() {
        return out.toString();
    }

    /** The pattern of Java that finds what PostgreSQL finds. */
    Pattern strict() {
        return Pattern.compile(strict.toString());
    }

    /** Whether every alternative begins with {@code ^} and ends with {@code $}. */
    boolean anchored() {
        return anchored;
    }

    private boolean alternatives() {
        boolean all = branch();
        while (at < java.length() && java.charAt(at) == '|') {
            emit("|", 1);
            all &= branch();
        }
        return all;
    }

    /** Returns whether it is anchored at both ends. */
    private boolean branch() {
        boolean first = true;
        boolean fromStart = false;
        boolean toEnd = false;
        while (at < java.length() && java.charAt(at) != '|' && java.charAt(at) != ')') {
            char c = java.charAt(at);
            boolean anchor = c == '^' || c == '$';
            fromStart |= first && c == '^';
            toEnd = c == '$';
            first = false;
            atom(c);
            quantifier(anchor);
        }
        return fromStart && toEnd;
    }

    private void atom(char c) {
        switch (c) {
            case '(' -> group();
            case '[' -> bracket();
            case '\\' -> escape();
            case '.' -> emit("[^\\n\\r\\u0085\\u2028\\u2029]", 1);
            case '^' -> emit("^", 1);
            case '$' -> end();
            case '*', '+', '?', '{' -> throw refused(rest());
            default -> {
                int point = java.codePointAt(at);
                emit(literal(Character.toString(point)), Character.charCount(point));
            }
        }
    }

    /** Java finds it before the line end that ends a text too, PostgreSQL at the very end alone. */
    private void end() {
        out.append('$');
        strict.append("\\z");
        at++;
    }

    private void group() {
        boolean silent = java.startsWith("(?:", at);
        if (!silent && java.startsWith("(?", at)) {
            throw refused(java.substring(at, Math.min(at + 4, java.length())));
        }
        emit(silent ? "(?:" : "(", silent ? 3 : 1);
        alternatives();
        emit(")", 1);
    }

    private void quantifier(boolean anchor) {
        if (at >= java.length() || "*+?{".indexOf(java.charAt(at)) < 0) {
            return;
        }
        if (anchor) {
            throw refused("a repeated anchor");
        }
        if (java.charAt(at) == '{') {
            int end = java.indexOf('}', at);
            checkBounds(java.substring(at + 1, end));
            emit(java.substring(at, end + 1), end + 1 - at);
        } else {
            emit(String.valueOf(java.charAt(at)), 1);
        }
        if (at < java.length() && java.charAt(at) == '?') {
            // as few as possible or as many: whether it matches is the same
            emit("", 1);
        }
        if (at < java.length() && "*+?{".indexOf(java.charAt(at)) >= 0) {
            throw refused(java.substring(at - 1, at + 1));
        }
    }

    private static void checkBounds(String bounds) {
        Matcher matcher = BOUND.matcher(bounds);
        while (matcher.find()) {
            if (matcher.group().length() > 3 || Integer.parseInt(matcher.group()) > MAX_REPEAT) {
                throw refused("{" + bounds + "}, more than " + MAX_REPEAT + " repetitions,");
            }
        }
    }

    private void escape() {
        char c = java.charAt(at + 1);
        char lower = Character.toLowerCase(c);
        String members = CLASSES.get(lower);
        if (members != null) {
            emit((c == lower ? "[" : "[^") + members + "]", 2);
        } else {
            escapedCharacter();
        }
    }

    private void escapedCharacter() {
        char c = java.charAt(at + 1);
        if (SAME_ESCAPES.indexOf(c) >= 0) {
            emit("\\" + c, 2);
        } else if (c == 'u') {
            unicode();
        } else if (c < 128 && !Character.isLetterOrDigit(c)) {
            emit("\\" + c, 2);
        } else {
            throw refused("\\" + c);
        }
    }

    private void unicode() {
        char c = (char) Integer.parseInt(java.substring(at + 2, at + 6), 16);
        if (Character.isSurrogate(c) || c == 0) {
            throw refused(java.substring(at, at + 6));
        }
        emit(java.substring(at, at + 6), 6);
    }

    private void bracket() {
        boolean negated = java.startsWith("[^", at);
        emit(negated ? "[^" : "[", negated ? 2 : 1);
        boolean first = true;
        while (java.charAt(at) != ']') {
            member(first);
            first = false;
        }
        emit("]", 1);
    }

    private void member(boolean first) {
        char c = java.charAt(at);
        if (c == '[' || java.startsWith("&&", at) || (c == '^' && !first)) {
            throw refused("'" + c + "' inside of [...]; put a backslash before it if it stands for itself:");
        }
        if (c == '\\') {
            String members = CLASSES.get(java.charAt(at + 1));
            if (members != null) {
                emit(members, 2);
            } else {
                escapedCharacter();
            }
            return;
        }
        int point = java.codePointAt(at);
        boolean range = c == '-';
        emit(range ? "-" : literal(Character.toString(point)), Character.charCount(point));
    }

    private void emit(String text, int read) {
        out.append(text);
        strict.append(java, at, at + read);
        at += read;
    }

    private String rest() {
        return java.substring(at, Math.min(at + 3, java.length()));
    }

    private static IllegalArgumentException refused(String what) {
        return new IllegalArgumentException("PostgreSQL has no exact counterpart of " + what
                + " in this pattern; use SQL (tables.*.where, columns.set)");
    }
}
