package io.penstock.engine.taskfile;

import io.penstock.engine.taskfile.Node.Entry;
import io.penstock.engine.taskfile.Node.Mapping;
import io.penstock.engine.taskfile.Node.Scalar;
import io.penstock.engine.taskfile.Node.ScalarKind;
import io.penstock.engine.taskfile.Node.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Replaces {@code ${env:NAME}} and {@code ${file:/path}} in values, once: what they bring in is not looked at again. A doubled
 * dollar, {@code $${env:NAME}}, keeps the text as it is.
 */
final class Substitution {
    static final String REFERENCE = "\\$\\{(env|file):([^}]*)}";

    private static final Pattern PATTERN = Pattern.compile("\\$?" + REFERENCE);

    /** Secrets and certificates are small; a larger file is a mistake. */
    private static final long MAX_FILE_BYTES = 1 << 20;

    private final Path baseDirectory;
    private final Map<String, String> env;
    private final Reading reading;

    Substitution(Path baseDirectory, Map<String, String> env, Reading reading) {
        this.baseDirectory = baseDirectory;
        this.env = env;
        this.reading = reading;
    }

    Node apply(Node node, String path) {
        if (node instanceof Mapping mapping) {
            return new Mapping(
                    mapping.line(),
                    mapping.entries().stream()
                            .map(e -> new Entry(e.line(), e.key(), apply(e.value(), Paths.child(path, e.key()))))
                            .toList());
        }
        if (node instanceof Sequence sequence) {
            List<Node> items = sequence.items();
            return new Sequence(
                    sequence.line(),
                    IntStream.range(0, items.size())
                            .mapToObj(i -> apply(items.get(i), Paths.item(path, i)))
                            .toList());
        }
        return scalar((Scalar) node, path);
    }

    private Node scalar(Scalar scalar, String path) {
        if (scalar.kind() != ScalarKind.TEXT || !scalar.text().contains("${")) {
            return scalar;
        }
        boolean substituted = false;
        StringBuilder text = new StringBuilder();
        Matcher matcher = PATTERN.matcher(scalar.text());
        while (matcher.find()) {
            boolean escaped = matcher.group().startsWith("$$");
            String value = escaped ? matcher.group().substring(1) : value(matcher, scalar.line(), path);
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
            substituted |= !escaped;
        }
        matcher.appendTail(text);
        return new Scalar(scalar.line(), text.toString(), scalar.kind(), substituted);
    }

    private String value(Matcher reference, int line, String path) {
        String name = reference.group(2);
        if (reference.group(1).equals("file")) {
            return fileContent(name, line, path);
        }
        String value = env.get(name);
        if (value == null) {
            reading.problem(line, path, "environment variable " + name + " is not set");
            return "";
        }
        return value;
    }

    private String fileContent(String name, int line, String path) {
        try {
            Path file = baseDirectory.resolve(name);
            if (Files.size(file) > MAX_FILE_BYTES) {
                reading.problem(line, path, "file " + name + " is larger than 1 MB");
                return "";
            }
            return withoutNewline(Files.readString(file));
        } catch (IOException | InvalidPathException e) {
            reading.problem(line, path, "file " + name + " cannot be read");
            return "";
        }
    }

    /** Editors and echo end a file with a newline that is no part of the password. */
    private static String withoutNewline(String content) {
        return content.replaceFirst("\\r?\\n\\z", "");
    }
}
