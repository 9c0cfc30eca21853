package io.penstock.engine.taskfile;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** As much of a JSON Schema validator as the task file's schema needs; an unknown keyword is an error, never skipped. */
final class SchemaChecker {
    private static final Set<String> NOTES = Set.of("$schema", "$defs", "title", "description", "default");

    private final JsonNode root;

    SchemaChecker(JsonNode root) {
        this.root = root;
    }

    List<String> errors(JsonNode value) {
        return errors(root, value, "$");
    }

    private List<String> errors(JsonNode schema, JsonNode value, String path) {
        List<String> errors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            if (!NOTES.contains(keyword.getKey())) {
                errors.addAll(check(keyword.getKey(), keyword.getValue(), schema, value, path));
            }
        }
        return errors;
    }

    private List<String> check(String keyword, JsonNode rule, JsonNode schema, JsonNode value, String path) {
        boolean ok =
                switch (keyword) {
                    case "type" ->
                        rule.isArray() ? items(rule).anyMatch(t -> is(t.asText(), value)) : is(rule.asText(), value);
                    case "enum" -> items(rule).anyMatch(value::equals);
                    case "const" -> rule.equals(value);
                    case "pattern" ->
                        !value.isTextual()
                                || Pattern.compile(rule.asText())
                                        .matcher(value.asText())
                                        .find();
                    case "minimum" -> !value.isNumber() || value.asDouble() >= rule.asDouble();
                    case "maximum" -> !value.isNumber() || value.asDouble() <= rule.asDouble();
                    case "minItems" -> !value.isArray() || value.size() >= rule.asInt();
                    case "uniqueItems" ->
                        !value.isArray() || items(value).distinct().count() == value.size();
                    case "required" -> !value.isObject() || items(rule).allMatch(key -> value.has(key.asText()));
                    case "anyOf" ->
                        items(rule)
                                .anyMatch(option -> errors(option, value, path).isEmpty());
                    case "$ref" ->
                        errors(root.at(rule.asText().substring(1)), value, path).isEmpty();
                    case "properties", "additionalProperties", "items" -> true;
                    default -> throw new IllegalStateException("unknown schema keyword " + keyword);
                };
        List<String> errors = new ArrayList<>(ok ? List.of() : List.of(path + " breaks " + keyword));
        if (keyword.equals("properties") && value.isObject()) {
            rule.properties().stream()
                    .filter(property -> value.has(property.getKey()))
                    .forEach(property -> errors.addAll(
                            errors(property.getValue(), value.get(property.getKey()), path + "." + property.getKey())));
        }
        if (keyword.equals("additionalProperties")) {
            errors.addAll(additional(rule, schema, value, path));
        }
        if (keyword.equals("items")) {
            value.forEach(item -> errors.addAll(errors(rule, item, path + "[]")));
        }
        return errors;
    }

    private List<String> additional(JsonNode rule, JsonNode schema, JsonNode value, String path) {
        Set<String> known = new HashSet<>();
        schema.path("properties").fieldNames().forEachRemaining(known::add);
        List<String> errors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : value.properties()) {
            String name = path + "." + property.getKey();
            if (!known.contains(property.getKey())) {
                errors.addAll(
                        rule.isBoolean() ? List.of(name + " is unknown") : errors(rule, property.getValue(), name));
            }
        }
        return errors;
    }

    private static boolean is(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new IllegalStateException("unknown type " + type);
        };
    }

    private static Stream<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
