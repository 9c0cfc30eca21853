package io.penstock.source.catalog;

import java.util.Collection;
import java.util.List;

/** The objects a {@link CatalogQuery} is asked about, as oids. */
record CatalogScope(Collection<Integer> tables, Collection<Integer> types) {
    static final CatalogScope NOTHING = new CatalogScope(List.of(), List.of());

    static CatalogScope ofTables(Collection<Integer> tables) {
        return new CatalogScope(tables, List.of());
    }

    static CatalogScope ofTypes(Collection<Integer> types) {
        return new CatalogScope(List.of(), types);
    }
}
