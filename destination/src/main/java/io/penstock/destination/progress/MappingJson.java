package io.penstock.destination.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.TableMapping;

/** Table mappings as JSON, as they are kept with the progress. */
final class MappingJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private MappingJson() {}

    static String write(TableMapping mapping) {
        try {
            return MAPPER.writeValueAsString(mapping);
        } catch (JsonProcessingException e) {
            throw new PenstockException(
                    ErrorKind.INTERNAL, "The mapping of " + mapping.source() + " cannot be written.", e);
        }
    }

    static TableMapping read(String json) {
        try {
            return MAPPER.readValue(json, TableMapping.class);
        } catch (JsonProcessingException e) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "A row of penstock.progress_tables cannot be read: its mapping was changed, or written by another version of"
                            + " Penstock. Release the task and start it again.",
                    e);
        }
    }
}
