package io.penstock.engine.taskfile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.penstock.engine.taskfile.Node.Entry;
import io.penstock.engine.taskfile.Node.Mapping;
import io.penstock.engine.taskfile.Node.Scalar;
import io.penstock.engine.taskfile.Node.ScalarKind;
import io.penstock.engine.taskfile.Node.Sequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns text into nodes. Stops at the first syntax error, since nothing after it can be trusted. */
final class NodeReader {
    /** Deeper than any task file; keeps a hostile one from exhausting the stack. */
    private static final int MAX_DEPTH = 50;

    private final Reading reading;

    NodeReader(Reading reading) {
        this.reading = reading;
    }

    /** The root of the file; empty after a syntax error, which is then among the problems. */
    Optional<Node> read(String text) {
        if (text.stripLeading().startsWith("{")) {
            // JSON proper has escapes and tabs that YAML 1.1 refuses; what is no JSON may still be YAML in braces.
            Optional<Node> json = readJson(text);
            if (json.isPresent()) {
                return json;
            }
        }
        return readYaml(text);
    }

    private Optional<Node> readJson(String text) {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            parser.nextToken();
            Node root = node(parser, 1, 0);
            return parser.nextToken() == null ? Optional.of(root) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<Node> readYaml(String text) {
        try (JsonParser parser = new YAMLFactory().createParser(text)) {
            if (parser.nextToken() == null) {
                reading.problem(1, "", "the file is empty");
                return Optional.empty();
            }
            Node root = node(parser, lineOf(parser), 0);
            if (parser.nextToken() != null) {
                reading.problem(lineOf(parser), "", "a second document begins here; a task file is one document");
            }
            return Optional.of(root);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            reading.problem(line, "", "is not valid YAML: " + reason(e));
            return Optional.empty();
        } catch (IOException e) {
            reading.problem(1, "", "cannot be read");
            return Optional.empty();
        }
    }

    /** The parser's reason without what it quotes of the file, which may be a password. */
    private static String reason(JsonProcessingException e) {
        String message = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
        // "while parsing X\n in 'reader', line 1 ...:\n <quoted line>\n ^\nexpected Y ...": only prose lines are wanted.
        StringBuilder reason = new StringBuilder();
        for (String line : message.split("\n")) {
            if (line.matches("(while|could not|mapping values|expected|found|unacceptable|special characters) ?.*")) {
                reason.append(reason.isEmpty() ? "" : "; ").append(line.split("[\"'!*&%]", 2)[0].strip());
            }
        }
        return reason.isEmpty() ? "check quotes, colons and indentation" : reason.toString();
    }

    private Node node(JsonParser parser, int line, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new com.fasterxml.jackson.core.JsonParseException(parser, "found more than " + MAX_DEPTH + " levels");
        }
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            return mapping(parser, line, depth);
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            return sequence(parser, line, depth);
        }
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            reading.problem(line, "", "a YAML alias (*name) is not supported here; in quotes it is plain text");
        }
        return new Scalar(line, parser.getText() == null ? "" : parser.getText(), kind(parser.currentToken()), false);
    }

    private Mapping mapping(JsonParser parser, int line, int depth) throws IOException {
        List<Entry> entries = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int keyLine = lineOf(parser);
            parser.nextToken();
            // The key's line also for the value: an empty value would otherwise be found on the line after.
            entries.add(new Entry(keyLine, key, node(parser, keyLine, depth + 1)));
        }
        return new Mapping(line, List.copyOf(entries));
    }

    private Sequence sequence(JsonParser parser, int line, int depth) throws IOException {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
            items.add(node(parser, lineOf(parser), depth + 1));
        }
        return new Sequence(line, List.copyOf(items));
    }

    private static int lineOf(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private static ScalarKind kind(@Nullable JsonToken token) {
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return ScalarKind.INTEGER;
        }
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            return ScalarKind.DECIMAL;
        }
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return ScalarKind.BOOLEAN;
        }
        return token == null || token == JsonToken.VALUE_NULL ? ScalarKind.NULL : ScalarKind.TEXT;
    }
}
