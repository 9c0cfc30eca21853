package io.penstock.source.catalog;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.TypeDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type as far as the selected tables reach it, built-in ones included.
 *
 * @param kind {@code typtype}
 * @param category {@code typcategory}
 * @param parts types it is made of: the element, the base, the subtype, the range of a multirange, the attributes in their order
 * @param rowTypeOf the table whose row type this is, null for every other type
 * @param extension the extension it belongs to, null when to none
 * @param definition what creates it; null for types that nobody can or need create
 */
record TypeRow(
        int oid,
        QualifiedName name,
        char kind,
        char category,
        List<Integer> parts,
        @Nullable QualifiedName rowTypeOf,
        @Nullable String extension,
        @Nullable TypeDefinition definition) {
    /** {@code FirstNormalObjectId}: everything below was made by initdb. */
    private static final int FIRST_USER_OID = 16384;

    /** {@code FirstGenbkiObjectId}: oids below are the same in every server. */
    private static final int FIRST_UNPINNED_OID = 10000;

    TypeRow {
        parts = List.copyOf(parts);
    }

    boolean builtIn() {
        return Integer.compareUnsigned(oid, FIRST_USER_OID) < 0;
    }

    boolean sameOidEverywhere() {
        return Integer.compareUnsigned(oid, FIRST_UNPINNED_OID) < 0;
    }

    boolean isArray() {
        return category == 'A' && kind == 'b' && !parts.isEmpty();
    }
}
