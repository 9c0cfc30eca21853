package io.penstock.source.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A row of a catalog image; a column that is NULL is not there. Oids are text, because to_jsonb knows no unsigned numbers. */
record ImageRow(JsonNode row) implements CatalogRow {
    @Override
    public @Nullable String optional(String column) {
        JsonNode value = row.get(column);
        return value == null || value.isNull() ? null : value.asText();
    }

    @Override
    public long number(String column) {
        String text = optional(column);
        return text == null ? 0 : Long.parseLong(text);
    }

    @Override
    public boolean flag(String column) {
        JsonNode value = row.get(column);
        return value != null && value.asBoolean();
    }
}
