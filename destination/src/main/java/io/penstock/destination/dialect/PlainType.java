package io.penstock.destination.dialect;

import java.util.Set;

/**
 * What the values of a column are, once domains are looked through.
 *
 * @param name as {@code format_type} writes it under an empty search path, without length or precision, so that types of users and of
 *     extensions are qualified and those of the server are not
 * @param category {@code pg_type.typcategory}; a blank when it is not known
 */
public record PlainType(String name, char category) {
    /** Without a default operator class for btree, from which every unique key is made. */
    private static final Set<String> UNORDERED = Set.of(
            "aclitem",
            "box",
            "cid",
            "circle",
            "json",
            "jsonpath",
            "line",
            "lseg",
            "path",
            "pg_snapshot",
            "point",
            "polygon",
            "refcursor",
            "txid_snapshot",
            "xid",
            "xml");

    private static final String ARRAY = "[]";

    /** What an array is made of; another type itself. */
    String element() {
        String element = name;
        while (element.endsWith(ARRAY)) {
            element = element.substring(0, element.length() - ARRAY.length());
        }
        return element;
    }

    /** Whether it came with a user or an extension. */
    boolean foreign() {
        return name.contains(".");
    }

    /** Whether values can be in a unique key, as far as that is known: of types that came later the server has to say it. */
    public boolean ordered() {
        return !UNORDERED.contains(element());
    }
}
