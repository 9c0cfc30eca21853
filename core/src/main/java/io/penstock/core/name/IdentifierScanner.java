package io.penstock.core.name;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads dotted names, optionally with the wildcards {@code *} and {@code ?} in their unquoted parts. */
final class IdentifierScanner {
    /**
     * NAMEDATALEN - 1 of every server Penstock supports. Longer names would be cut silently by PostgreSQL, so they are
     * refused.
     */
    private static final int MAX_BYTES = 63;

    private final String text;
    private final boolean wildcards;
    private int position;

    private IdentifierScanner(String text, boolean wildcards) {
        this.text = text;
        this.wildcards = wildcards;
    }

    /** One part of a dotted name; {@code text} is already unquoted or folded. */
    record Part(String text, boolean quoted) {}

    static List<Part> scan(String text, boolean wildcards) {
        return new IdentifierScanner(text.strip(), wildcards).parts();
    }

    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        parts.add(part());
        while (position < text.length()) {
            if (text.charAt(position) != '.') {
                throw new IllegalArgumentException(
                        "has an unexpected character after a name; such names need double quotes");
            }
            position++;
            parts.add(part());
        }
        return List.copyOf(parts);
    }

    private Part part() {
        boolean quoted = position < text.length() && text.charAt(position) == '"';
        String name = quoted ? quotedName() : plainName();
        if (name.isEmpty()) {
            throw new IllegalArgumentException("has an empty name");
        }
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("has a NUL character in a name");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "has a name of more than " + MAX_BYTES + " bytes, which PostgreSQL would cut");
        }
        return new Part(name, quoted);
    }

    private String quotedName() {
        StringBuilder name = new StringBuilder();
        position++;
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c != '"') {
                name.append(c);
            } else if (position < text.length() && text.charAt(position) == '"') {
                name.append('"');
                position++;
            } else {
                return name.toString();
            }
        }
        throw new IllegalArgumentException("has a double quote that is never closed");
    }

    private String plainName() {
        int start = position;
        while (position < text.length() && isPlain(text.charAt(position), position == start)) {
            position++;
        }
        return foldAscii(text.substring(start, position));
    }

    private boolean isPlain(char c, boolean first) {
        if (wildcards && (c == '*' || c == '?')) {
            return true;
        }
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
        boolean later = (c >= '0' && c <= '9') || c == '$';
        // A pattern may begin with a digit: it is never SQL, and "20*" is what a person would type.
        return letter || (later && (!first || wildcards));
    }

    private static String foldAscii(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        name.chars().forEach(c -> folded.append((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)));
        return folded.toString();
    }
}
