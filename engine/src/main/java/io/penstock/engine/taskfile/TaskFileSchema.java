package io.penstock.engine.taskfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON Schema (draft 2020-12) of the task file, made from the same keys that the reader uses. */
public final class TaskFileSchema {
    private TaskFileSchema() {}

    /** The schema as indented JSON. */
    public static String json() {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(schema());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema of maps, lists and text is always writable", e);
        }
    }

    private static Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Penstock task file");
        schema.putAll(TaskKeys.file(Map.of()).schema());
        schema.put(
                "$defs",
                Map.of(
                        "substituted",
                        new LinkedHashMap<>(Map.of("type", "string", "pattern", Substitution.REFERENCE))));
        return schema;
    }
}
