package io.penstock.cli.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A golden script: what stands at the source before the task, what is done there while the task streams, and what must then be found
 * at the destination.
 *
 * <p>Sections begin with {@code == setup}, {@code == stream}, {@code == expect}. A statement ends with a semicolon at the end of a line,
 * outside of dollar quotes; {@code @b:} before it sends it through another session; {@code COPY ... FROM STDIN} is followed by its data up
 * to {@code \.}. A query under {@code expect} is followed by its rows, each after {@code -> }, columns separated by {@code |}.
 * {@code :n} stands for a number that makes the script small or large. {@code -- since 15} on the first line asks for a newer source.
 *
 * <p>Names without a schema mean the schema that is called like the script.
 */
record Script(String name, int since, List<Statement> setup, List<Statement> stream, List<Expectation> expectations) {
    private static final Pattern SINCE = Pattern.compile("-- since (\\d+)\\s.*", Pattern.DOTALL);

    /** @param copyData the lines that follow a COPY, or null */
    record Statement(String session, String sql, @Nullable String copyData) {}

    record Expectation(String query, List<String> rows) {}

    /** The scripts in a folder of the resources, by name. */
    static List<Script> in(String group, int n) {
        Path folder = Path.of(System.getProperty("penstock.root"), "cli/src/test/resources/scenarios", group);
        String only = System.getProperty("penstock.scenario", "");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".sql"))
                    .filter(f -> only.isEmpty() || f.endsWith(only + ".sql"))
                    .sorted()
                    .map(f -> read(f, n))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Script read(Path file, int n) {
        try {
            String name = file.getFileName().toString().replace(".sql", "");
            return parse(name, Files.readString(file, StandardCharsets.UTF_8).replaceAll(":n\\b", Integer.toString(n)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Script parse(String name, String text) {
        Matcher since = SINCE.matcher(text);
        Script script = new Script(
                name,
                since.matches() ? Integer.parseInt(since.group(1)) : 0,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        String section = "";
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("== ")) {
                script.add(section, lines);
                section = line.substring(3).strip();
                lines.clear();
            } else if (!line.startsWith("--")) {
                lines.add(line);
            }
        }
        script.add(section, lines);
        return script;
    }

    private void add(String section, List<String> lines) {
        switch (section) {
            case "" -> {}
            case "setup" -> setup.addAll(statements(lines));
            case "stream" -> stream.addAll(statements(lines));
            case "expect" -> expectations.addAll(expectations(lines));
            default -> throw new IllegalArgumentException(name + ": unknown section " + section);
        }
    }

    private static List<Statement> statements(List<String> lines) {
        List<Statement> statements = new ArrayList<>();
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            if (sql.isEmpty() && lines.get(i).isBlank()) {
                continue;
            }
            sql.append(lines.get(i)).append('\n');
            String text = sql.toString().strip();
            if (!text.endsWith(";") || text.split("\\$\\$", -1).length % 2 == 0) {
                continue;
            }
            sql.setLength(0);
            StringBuilder data = new StringBuilder();
            boolean copy = text.toLowerCase(java.util.Locale.ROOT).endsWith("from stdin;");
            while (copy && !lines.get(++i).equals("\\.")) {
                data.append(lines.get(i)).append('\n');
            }
            statements.add(statement(text, copy ? data.toString() : null));
        }
        if (!sql.isEmpty()) {
            throw new IllegalArgumentException("statement without an end: " + sql);
        }
        return statements;
    }

    private static Statement statement(String text, @Nullable String copyData) {
        String sql = text.substring(0, text.length() - 1);
        return sql.startsWith("@")
                ? new Statement(sql.substring(1, 2), sql.substring(3).strip(), copyData)
                : new Statement("a", sql, copyData);
    }

    private static List<Expectation> expectations(List<String> lines) {
        List<Expectation> expectations = new ArrayList<>();
        String query = "";
        for (String line : lines) {
            if (line.startsWith("-> ")) {
                expectations.get(expectations.size() - 1).rows().add(line.substring(3));
            } else if (!line.isBlank()) {
                query = query + line + '\n';
                if (line.endsWith(";")) {
                    expectations.add(new Expectation(query.strip(), new ArrayList<>()));
                    query = "";
                }
            }
        }
        return expectations;
    }
}
