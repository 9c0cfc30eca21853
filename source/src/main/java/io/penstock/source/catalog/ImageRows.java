package io.penstock.source.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The members of an image, one array of rows for each query. The function that made it has restricted every query to its objects, so
 * whoever asks gets all the rows there are. Immutable.
 */
record ImageRows(JsonNode members) implements CatalogRows {
    @Override
    public int version() {
        return members.path("version").asInt();
    }

    @Override
    public <T> List<T> list(CatalogQuery query, CatalogScope scope, Function<CatalogRow, T> row) {
        List<T> list = new ArrayList<>();
        members.path(query.name()).forEach(member -> list.add(row.apply(new ImageRow(member))));
        return list;
    }
}
