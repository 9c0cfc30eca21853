package io.penstock.cli.ddl;

import io.penstock.cli.sync.RandomTransactions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Statements made of the lines of {@code ddl/random.txt}: what stands in braces is filled in at random from what the source has at that
 * moment. Names are few, so that they are met again. One thread.
 */
final class RandomStatement implements RandomTransactions.Source {
    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
    private static final List<String> SCHEMAS = List.of("public", "public", "\"S two\"", "other");
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "\"G g\"", "h", "p", "t_1", "t_2");
    private static final List<String> COLUMNS = List.of("c1", "c2", "c3", "\"C 4\"", "c5", "id", "k");
    private static final List<String> TYPES = List.of(
            "int",
            "bigint",
            "smallint",
            "numeric",
            "numeric(12,2)",
            "text",
            "varchar(30)",
            "boolean",
            "timestamptz",
            "uuid",
            "jsonb",
            "double precision",
            "int[]",
            "mood",
            "positive");
    private static final List<String> DEFINITIONS = List.of(
            "int default 7 not null",
            "text not null default 'it''s'",
            "timestamptz default now()",
            "varchar(30) unique",
            "int check ({that_c} > -5)",
            "bigint default 3",
            "numeric(10,2) default 1.5",
            "int references {t_other}",
            "mood default 'one'",
            "positive default 4",
            "boolean default true",
            "jsonb not null default '{\"a\": 1}'",
            "int[] default '{1,2}'",
            "text collate \"C\" default upper('x')");
    private static final List<String> VOLATILE = List.of(
            "double precision default random()",
            "serial",
            "timestamptz not null default clock_timestamp()",
            "uuid default md5(random()::text)::uuid",
            "bigint default nextval('counter')",
            "int generated always as identity",
            "bigserial unique");

    private final Random random;
    private final List<String> lines;
    private final SourceObjects objects;
    private String table = "";
    private String column = "";

    RandomStatement(Random random) {
        this.random = random;
        this.objects = new SourceObjects(random);
        this.lines = new ArrayList<>();
        for (String line : resource("/ddl/random.txt").split("\n")) {
            if (!line.isBlank() && !line.startsWith("#")) {
                int bar = line.indexOf('|');
                int weight = Integer.parseInt(line.substring(0, bar));
                lines.addAll(Collections.nCopies(weight, line.substring(bar + 1)));
            }
        }
    }

    static String resource(String name) {
        try (InputStream in = RandomStatement.class.getResourceAsStream(name)) {
            return new String(java.util.Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public List<RandomTransactions.Step> next() {
        List<RandomTransactions.Step> steps = new ArrayList<>();
        for (String template : pick(lines).split(";; ")) {
            steps.add(statement -> {
                objects.read(statement);
                return fill(template);
            });
        }
        return steps;
    }

    private String fill(String template) throws SQLException {
        StringBuilder sql = new StringBuilder();
        Matcher places = PLACE.matcher(template);
        while (places.find()) {
            places.appendReplacement(sql, Matcher.quoteReplacement(value(places.group(1))));
        }
        return places.appendTail(sql).toString();
    }

    private String value(String word) throws SQLException {
        return switch (word) {
            case "t", "alone", "p", "part" -> table = objects.table(word);
            case "t_other" -> objects.table("t");
            case "parent_of_part" -> objects.parentOf(table = objects.table("part"));
            case "same", "that" -> table;
            case "new" -> table = pick(SCHEMAS) + "." + pick(NAMES);
            case "c" -> column = objects.column(table);
            case "that_c" -> column;
            case "newc" -> column = pick(COLUMNS);
            case "v" -> objects.value(table, column);
            case "row" -> objects.row(table);
            case "some" -> objects.some(table);
            case "def" -> random.nextInt(3) == 0 ? pick(TYPES) : fill(pick(DEFINITIONS));
            case "volatile" -> pick(VOLATILE);
            case "type" -> pick(TYPES);
            case "bound" -> objects.bound();
            case "con" -> objects.constraint(table);
            case "idx", "own_idx" -> objects.index(word.equals("idx") ? null : table);
            case "enum", "domain", "seq" -> objects.other(word);
            case "newcon" -> pick(List.of("x_1", "x_2", "x_3", "\"X 4\"", "x_5", "x_6"));
            case "newtype" -> pick(SCHEMAS) + "." + pick(List.of("mood", "positive", "counter", "kind", "other_1"));
            case "label" -> pick(List.of("one", "two", "three", "four", "five", "onex"));
            case "name" -> pick(NAMES);
            case "schema" -> pick(SCHEMAS);
            case "newschema" -> pick(List.of("other", "another", "\"S two\""));
            case "n" -> String.valueOf(1 + random.nextInt(30));
            default -> throw new IllegalArgumentException(word);
        };
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
