package io.penstock.source.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Answers catalog queries: a session at the source, or an image that was taken there. */
interface CatalogRows {
    /** {@code server_version_num} of the source. */
    int version();

    <T> List<T> list(CatalogQuery query, CatalogScope scope, Function<CatalogRow, T> row);

    /** As {@link #list}, by the object the rows belong to. */
    default <T> Map<Integer, List<T>> byOid(CatalogQuery query, CatalogScope scope, Function<CatalogRow, T> row) {
        record Entry<T>(int oid, T value) {}
        Map<Integer, List<T>> map = new LinkedHashMap<>();
        for (Entry<T> e : list(query, scope, r -> new Entry<>(r.oid(query.key()), row.apply(r)))) {
            map.computeIfAbsent(e.oid(), oid -> new ArrayList<>()).add(e.value());
        }
        return map;
    }
}
