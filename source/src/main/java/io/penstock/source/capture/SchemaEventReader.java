package io.penstock.source.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.SchemaEventDecoder;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.Kind;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SchemaEvent.Rewrite;
import io.penstock.source.catalog.CatalogImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads rows of {@code penstock.ddl_log}. Pure. */
public final class SchemaEventReader implements SchemaEventDecoder {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Catalog NOTHING =
            new Catalog(0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    @Override
    public SchemaEvent decode(Map<String, @Nullable String> row) {
        String image = row.get("image");
        String query = row.get("query");
        try {
            return new SchemaEvent(
                    Long.parseLong(required(row, "id")),
                    Kind.valueOf(required(row, "event").toUpperCase(Locale.ROOT)),
                    required(row, "tag"),
                    query == null ? "" : query,
                    image == null ? NOTHING : CatalogImage.parse(image),
                    list(row.get("dropped"), SchemaEventReader::dropped),
                    list(row.get("rewritten"), SchemaEventReader::rewrite),
                    list(row.get("unpublished"), item -> (int) item.asLong()));
        } catch (IllegalArgumentException | JsonProcessingException e) {
            throw new PenstockException(
                    ErrorKind.PROTOCOL, "A row of penstock.ddl_log on the source cannot be read.", e);
        }
    }

    private static String required(Map<String, @Nullable String> row, String column) {
        String value = row.get(column);
        if (value == null) {
            throw new PenstockException(
                    ErrorKind.PROTOCOL,
                    "A row of penstock.ddl_log on the source has no " + column + ". The table belongs to Penstock;"
                            + " release the task and start it again.");
        }
        return value;
    }

    private static <T> List<T> list(@Nullable String json, Function<JsonNode, T> item) throws JsonProcessingException {
        List<T> list = new ArrayList<>();
        if (json != null) {
            MAPPER.readTree(json).forEach(node -> list.add(item.apply(node)));
        }
        return list;
    }

    private static Dropped dropped(JsonNode item) {
        return new Dropped(
                ObjectKind.valueOf(item.path("kind").asText().toUpperCase(Locale.ROOT)),
                (int) item.path("oid").asLong(),
                new QualifiedName(
                        item.path("schema").asText(), item.path("name").asText()));
    }

    private static Rewrite rewrite(JsonNode item) {
        return new Rewrite(
                (int) item.path("table").asLong(), item.path("reason").asInt());
    }
}
