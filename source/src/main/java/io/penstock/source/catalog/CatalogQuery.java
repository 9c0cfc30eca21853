package io.penstock.source.catalog;

import java.util.function.IntFunction;

/**
 * One question to the source's catalog. The same text is run through JDBC ({@link CatalogSession}) and inside the function that makes
 * catalog images ({@link ImageFunction}); so what both know cannot differ. Every column has a label of its own.
 *
 * <p>In the text {@code {tables}} and {@code {types}} stand for arrays of oids, so that one query serves one table as well as all.
 *
 * @param name of the member that holds its rows in an image
 * @param key the column that says to which object a row belongs
 * @param textFor the text for a server, by {@code server_version_num}
 */
record CatalogQuery(String name, String key, IntFunction<String> textFor) {
    static final String TABLES = "{tables}";
    static final String TYPES = "{types}";

    static CatalogQuery of(String name, String key, String text) {
        return new CatalogQuery(name, key, version -> text);
    }

    String text(int version) {
        return textFor.apply(version);
    }

    /** {@code then} where a server has what version {@code major} brought. */
    static String since(int major, int version, String then, String otherwise) {
        return version >= major * 10_000 ? then : otherwise;
    }
}
