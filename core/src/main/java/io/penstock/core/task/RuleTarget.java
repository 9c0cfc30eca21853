package io.penstock.core.task;

import io.penstock.core.name.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name that a renaming rule gives: {@code table} or {@code schema.table}, each part written as PostgreSQL reads names, with {@code $1}
 * for what a group has matched. What a group brings is never folded to lower case.
 *
 * @param parts one or two; without a schema the source's stays
 */
public record RuleTarget(List<Part> parts) {
    private static final Pattern GROUP = Pattern.compile("\\$([0-9]+)");

    public RuleTarget {
        parts = List.copyOf(parts);
    }

    /** @param text unquoted, with {@code $1} for groups */
    public record Part(String text) {
        private String expand(Matcher match) {
            Matcher group = GROUP.matcher(text);
            StringBuilder name = new StringBuilder();
            int from = 0;
            while (group.find()) {
                String value = match.group(Integer.parseInt(group.group(1)));
                name.append(text, from, group.start()).append(value == null ? "" : value);
                from = group.end();
            }
            return name.append(text.substring(from)).toString();
        }
    }

    /** @throws IllegalArgumentException with a short reason when the text is no such name */
    public static RuleTarget parse(String text) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at >= 0) {
            boolean quoted = at < text.length() && text.charAt(at) == '"';
            int end = quoted ? closing(text, at) + 1 : plainEnd(text, at);
            String part = text.substring(at, end);
            parts.add(new Part(
                    quoted
                            ? part.substring(1, part.length() - 1).replace("\"\"", "\"")
                            : part.toLowerCase(Locale.ROOT)));
            if (part.isEmpty() || part.equals("\"\"") || end < text.length() && text.charAt(end) != '.') {
                throw new IllegalArgumentException("to must be table or schema.table, with double quotes where needed");
            }
            at = end < text.length() ? end + 1 : -1;
        }
        if (parts.size() > 2) {
            throw new IllegalArgumentException("to must be table or schema.table, with double quotes where needed");
        }
        return new RuleTarget(parts);
    }

    private static int plainEnd(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '"') {
            at++;
        }
        return at;
    }

    private static int closing(String text, int open) {
        int at = open + 1;
        while (at < text.length()) {
            boolean quote = text.charAt(at) == '"';
            boolean twice = quote && at + 1 < text.length() && text.charAt(at + 1) == '"';
            if (quote && !twice) {
                return at;
            }
            at += twice ? 2 : 1;
        }
        throw new IllegalArgumentException("to has a double quote that is not closed");
    }

    /**
     * The name for what the rule has matched.
     *
     * @param schema of the source
     * @throws IllegalArgumentException when a part of it is empty
     */
    public QualifiedName expand(Matcher match, String schema) {
        String table = parts.get(parts.size() - 1).expand(match);
        return new QualifiedName(parts.size() == 1 ? schema : parts.get(0).expand(match), table);
    }
}
