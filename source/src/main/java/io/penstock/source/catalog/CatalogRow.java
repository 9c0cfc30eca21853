package io.penstock.source.catalog;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import org.jspecify.annotations.Nullable;

/** One row of the answer to a {@link CatalogQuery}, wherever it comes from. Columns have names only. */
interface CatalogRow {
    /** Null where the column is NULL. */
    @Nullable
    String optional(String column);

    /** 0 where the column is NULL. */
    long number(String column);

    /** False where the column is NULL. */
    boolean flag(String column);

    default String text(String column) {
        String text = optional(column);
        if (text == null) {
            throw new PenstockException(
                    ErrorKind.INTERNAL,
                    "The source's catalog has no value in " + column + " where there is always one.");
        }
        return text;
    }

    /** Oids are unsigned 32 bit numbers. */
    default int oid(String column) {
        return (int) number(column);
    }

    default int integer(String column) {
        return (int) number(column);
    }

    /** A {@code "char"}; blank for none. */
    default char character(String column) {
        String text = optional(column);
        return text == null || text.isEmpty() ? ' ' : text.charAt(0);
    }

    default @Nullable QualifiedName name(String schema, String object) {
        String found = optional(object);
        return found == null ? null : new QualifiedName(text(schema), found);
    }

    /** The server's deparsing functions look at the catalog of this moment, not at the snapshot: an object just dropped gives null. */
    default String deparsed(String column) {
        String text = optional(column);
        if (text == null) {
            throw new PenstockException(
                    ErrorKind.TRANSIENT, "A definition changed at the source while the catalog was being read.");
        }
        return text;
    }
}
