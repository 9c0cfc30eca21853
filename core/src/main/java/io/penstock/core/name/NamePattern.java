package io.penstock.core.name;

import java.util.List;

/**
 * A name, or a glob for names: {@code *} stands for any characters, {@code ?} for one. Inside double quotes both stand
 * for themselves, as in the patterns of psql; without quotes letters fold to lower case as in SQL.
 *
 * @param text the unquoted, folded text
 * @param literal true when the pattern was quoted, so that nothing in it is a wildcard
 */
public record NamePattern(String text, boolean literal) {

    /** One pattern, for a schema or a table alone. */
    public static NamePattern parse(String text) {
        List<IdentifierScanner.Part> parts = IdentifierScanner.scan(text, true);
        if (parts.size() != 1) {
            throw new IllegalArgumentException("must be one name or glob without a dot (or in double quotes)");
        }
        return of(parts.get(0));
    }

    /** Two patterns, {@code schema.table}. */
    public static List<NamePattern> parseQualified(String text) {
        List<IdentifierScanner.Part> parts = IdentifierScanner.scan(text, true);
        if (parts.size() != 2) {
            throw new IllegalArgumentException("must be schema.table, each a name or a glob");
        }
        return List.of(of(parts.get(0)), of(parts.get(1)));
    }

    private static NamePattern of(IdentifierScanner.Part part) {
        return new NamePattern(part.text(), part.quoted());
    }

    /** True if it can match more than one name. */
    public boolean isGlob() {
        return !literal && (text.indexOf('*') >= 0 || text.indexOf('?') >= 0);
    }

    public boolean matches(String name) {
        if (!isGlob()) {
            return text.equals(name);
        }
        return matches(text.codePoints().toArray(), name.codePoints().toArray());
    }

    /** The usual walk with one step back to the last star: linear in practice, never exponential. */
    private static boolean matches(int[] glob, int[] name) {
        int g = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.length) {
            if (g < glob.length && glob[g] == '*') {
                star = g++;
                resume = n;
            } else if (g < glob.length && (glob[g] == '?' || glob[g] == name[n])) {
                g++;
                n++;
            } else if (star >= 0) {
                g = star + 1;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (g < glob.length && glob[g] == '*') {
            g++;
        }
        return g == glob.length;
    }

    /** As it would be written in the task file. */
    @Override
    public String toString() {
        return isGlob() ? text : Identifiers.quote(text);
    }
}
