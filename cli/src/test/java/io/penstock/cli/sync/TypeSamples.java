package io.penstock.cli.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Types and their values from {@code types.txt}, as tables: one per type and way, named after the line of the file.
 *
 * @param key whether the type can be a primary key
 * @param literals SQL expressions
 */
record TypeSamples(int line, int since, boolean key, String type, List<String> literals) {
    private static final Pattern LINE = Pattern.compile("(?:(\\d+) )?(!?)(.+?) = (.*)");

    static final List<String> TYPES = List.of(
            "create extension citext",
            "create extension hstore",
            "create type mood as enum ('sad', 'so \"so\", {a}', 'ha''ppy\\', 'NULL')",
            "create type pair as (n int, t text)",
            "create type nested as (p pair, m mood[], i int4[])",
            "create domain positive as int check (value > 0)",
            "create domain code as varchar(20) not null",
            "create domain code_list as text[]",
            "create domain code_of_code as code check (length(value) < 10)",
            "create type moodrange as range (subtype = mood)",
            "create type textrange as range (subtype = text, collation = \"C\")");

    static List<TypeSamples> all(int version) {
        Path file = Path.of(System.getProperty("penstock.root"), "cli/src/test/resources/types.txt");
        List<TypeSamples> samples = new ArrayList<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!line.startsWith("#") && !line.isBlank()) {
                    samples.add(parse(number, line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return samples.stream().filter(s -> s.since <= version).toList();
    }

    private static TypeSamples parse(int number, String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("line " + number + ": " + line);
        }
        return new TypeSamples(
                number,
                parts.group(1) == null ? 0 : Integer.parseInt(parts.group(1)),
                parts.group(2).isEmpty(),
                parts.group(3),
                List.of(parts.group(4).split(" ;; ")));
    }

    private String rows(int from) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < literals.size(); i++) {
            rows.add("(" + (from + i) + ", " + literals.get(i) + "::" + type + ")");
        }
        return String.join(", ", rows);
    }

    /** A column of the type beside a key, copied as binary where it is safe; one without a key, forced to text; the type as a key. */
    List<String> setup() {
        List<String> sql = new ArrayList<>();
        for (String table : List.of("v_" + line, "k_" + line)) {
            sql.add("create table " + table + " (id int, v " + type + ", force mood[])");
            sql.add("insert into " + table + " (id, v) values " + rows(1));
        }
        sql.add("alter table v_" + line + " drop force, add primary key (id)");
        if (key) {
            sql.add("create table p_" + line + " (note text, v " + type + " primary key, n int)");
            sql.add("insert into p_" + line + " (n, v) values " + rows(1) + " on conflict do nothing");
        }
        return sql;
    }

    /** Every value again, by INSERT, by UPDATE from another value, and away. */
    List<String> stream() {
        List<String> sql = new ArrayList<>();
        for (String table : List.of("v_" + line, "k_" + line)) {
            sql.add("insert into " + table + " (id, v) values " + rows(1001));
            sql.add("update " + table + " t set v = (select v from " + table + " s where s.id = 1 + t.id % "
                    + literals.size() + ") where id < 1000");
            sql.add("delete from " + table + " where id % 3 = 0");
        }
        if (key) {
            String table = "p_" + line;
            sql.add("update " + table + " set note = 'changed'");
            sql.add("begin; create temporary table moved as select * from " + table + "; delete from " + table
                    + "; insert into " + table + " select 'back', v, n from moved; drop table moved; commit");
            sql.add("update " + table + " set n = -n where n % 2 = 0");
            sql.add("delete from " + table + " where abs(n) % 3 = 0");
        }
        return sql;
    }
}
