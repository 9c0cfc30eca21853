package io.penstock.core.name;

import java.util.Comparator;
import java.util.List;

/** A schema and a table, exactly as the catalog has them (no quotes, no folding). Ordered by schema, then table. */
public record QualifiedName(String schema, String table) implements Comparable<QualifiedName> {
    private static final Comparator<QualifiedName> ORDER =
            Comparator.comparing(QualifiedName::schema).thenComparing(QualifiedName::table);

    public QualifiedName {
        if (schema.isEmpty() || table.isEmpty()) {
            throw new IllegalArgumentException("must be schema.table");
        }
    }

    /**
     * Reads {@code schema.table} as PostgreSQL would.
     *
     * @throws IllegalArgumentException with a short reason when the text is something else
     */
    public static QualifiedName parse(String text) {
        List<String> parts = Identifiers.parse(text);
        if (parts.size() != 2) {
            throw new IllegalArgumentException("must be schema.table");
        }
        return new QualifiedName(parts.get(0), parts.get(1));
    }

    @Override
    public int compareTo(QualifiedName other) {
        return ORDER.compare(this, other);
    }

    /** As PostgreSQL would write it, quoted only where needed; {@link #parse} reads it back. */
    @Override
    public String toString() {
        return Identifiers.quote(schema) + '.' + Identifiers.quote(table);
    }
}
