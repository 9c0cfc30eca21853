package io.penstock.engine.taskfile;

import io.penstock.engine.taskfile.Node.Scalar;
import io.penstock.engine.taskfile.Node.ScalarKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A single value.
 *
 * @param expectation completes the sentence "must be ..."
 * @param kinds what the value may look like in YAML; a substituted value is text and stands for any of them
 * @param parser throws IllegalArgumentException when the text does not meet the expectation
 * @param shape JSON Schema of the literal value
 * @param writer the value as the file would write it
 * @param sensitive true if the value must never be shown
 */
record ScalarType<T>(
        String expectation,
        Set<ScalarKind> kinds,
        Function<String, T> parser,
        Map<String, Object> shape,
        Function<T, Object> writer,
        boolean sensitive)
        implements ValueType<T> {

    /** The schema's definition of a value that is only known when the file is read. */
    static final String SUBSTITUTED = "#/$defs/substituted";

    ScalarType<T> hidden() {
        return new ScalarType<>(expectation, kinds, parser, shape, writer, true);
    }

    @Override
    public @Nullable T read(Node node, String path, Reading reading) {
        if (node instanceof Scalar scalar && (kinds.contains(scalar.kind()) || scalar.substituted())) {
            try {
                return parser.apply(scalar.text());
            } catch (IllegalArgumentException e) {
                // Falls through to the one message that says what is expected.
            }
        }
        boolean hide = sensitive && node instanceof Scalar scalar && scalar.kind() != ScalarKind.NULL;
        String found = hide ? "something else (not shown)" : node.noun();
        reading.problem(node.line(), path, "must be " + expectation + ", but is " + found);
        return null;
    }

    @Override
    public Map<String, Object> schema() {
        boolean anyText = shape.equals(Map.of("type", "string"));
        return anyText ? shape : Map.of("anyOf", List.of(shape, Map.of("$ref", SUBSTITUTED)));
    }

    @Override
    public Optional<Object> written(T value) {
        return Optional.of(writer.apply(value));
    }
}
