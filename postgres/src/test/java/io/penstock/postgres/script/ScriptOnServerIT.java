package io.penstock.postgres.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.script.Dependence;
import io.penstock.core.script.Script;
import io.penstock.core.script.ScriptException;
import io.penstock.core.script.ScriptRule;
import io.penstock.core.script.ScriptTable;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What translated scripts compute, on real servers. The cases stand in {@code script/cases.txt}, one per line. */
@ExtendWith(Servers.class)
class ScriptOnServerIT {
    private static final String[] FIXTURE = {
        "create type mood as enum ('sad', 'ok', 'happy')", """
        create table item (id int primary key, big bigint, small smallint, price numeric(10,2), ratio double precision,
          name varchar(20), note text, code char(6), ok boolean, at timestamp, atz timestamptz, day date, mood mood, u uuid,
          "Odd ""Na`me" text)""", """
        insert into item values
          (1, 1626837629, 7, 9.99, 0.5, '18700001111', 'a-b-c', 'ab', true, '2021-07-21 03:20:29.123', '2021-07-21 03:20:29.987+00',
           '2020-02-29', 'happy', '00000000-0000-0000-0000-00000000000a', 'odd'),
          (2, 1000000, -7, 100.00, 2, 'Ünï''x"y', E'back\\\\slash 100% 日本😀', 'ÄÖ', false, '1999-12-31 23:59:59', '2021-03-14 02:30:00+00',
           '1970-01-01', 'sad', null, E'line\\nbreak'),
          (3, 0, 0, 0, 0, '', '', '', true, '2000-01-01', '2000-01-01 00:00+00', '2000-01-01', 'ok', null, ''),
          (4, null, null, null, null, null, null, null, null, null, null, null, null, null, null)""",
    };

    private static final Pattern OPERAND =
            Pattern.compile("`(?:``|[^`])+`|'(?:\\\\.|[^'\\\\])*'|(?<![\\w.-])\\d+(?![\\w.])");

    /** One line of the file. */
    private record Case(int row, String value, String expected) {}

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void values_are_what_the_reference_documents(int version, Servers servers) throws Exception {
        List<String> differences = new ArrayList<>();
        try (Connection connection = prepared(servers.version(version));
                Statement statement = connection.createStatement()) {
            ScriptTable table = table(statement);
            for (Case one : cases()) {
                ScriptRule rule =
                        Script.parse("e_set(`new`, " + one.value() + ")").translate(table);
                ScriptRule.Column column = Objects.requireNonNull(rule.columns().get("new"));
                String found =
                        single(statement, "select (" + column.sql() + ")::text from item where id = " + one.row());
                String type =
                        single(statement, "select pg_typeof(" + column.sql() + ") from item where id = " + one.row());
                if (!one.expected().equals(String.valueOf(found).replace('\n', '~'))
                        || !column.type().replaceAll("\\(.*\\)", "").equals(type)) {
                    differences.add(one + "\n  found " + found + " as " + type + "\n  by " + column);
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void rows_are_kept_unless_a_drop_is_truly_reached(int version, Servers servers) throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("e_drop()", "");
        expected.put("e_keep()", "1,2,3,4");
        expected.put("e_drop(op_gt(`small`, 0))", "2,3,4");
        expected.put("e_keep(op_gt(`small`, 0))", "1");
        expected.put("e_if(op_gt(`small`, 0), e_drop())", "2,3,4");
        expected.put("e_if(op_not(op_gt(`small`, 0)), e_drop())", "1,4");
        expected.put("e_if_else(op_gt(`small`, 0), e_drop(), e_keep())", "2,3,4");
        expected.put("e_if_else(op_gt(`small`, 0), e_keep(), e_drop())", "1");
        expected.put("e_switch(`ok`, e_keep(), op_is_null(`name`), e_drop(), default = e_keep(op_lt(`id`, 2)))", "1,3");
        expected.put("e_switch(op_lt(`id`, 2), e_drop(), op_lt(`id`, 3), e_set(`name`, 'x'))", "2,3,4");
        expected.put("e_compose(e_set(`small`, op_sum(`small`, 1)), e_drop(op_eq(`small`, 1)))", "1,2,4");
        expected.put("e_compose(e_drop(op_eq(`id`, 1)), e_keep(op_in(`id`, [1, 2])))", "2");
        expected.put("e_compose(e_if(op_eq(`id`, 1), e_drop()), e_if(op_eq(`id`, 2), e_drop()))", "3,4");
        expected.put("e_if(op_eq(__TB__, 'other'), e_drop(op_eq(`nowhere`, 1)))", "1,2,3,4");
        expected.put("e_if(op_and(op_eq(__DB__, 'shop'), op_eq(`name`, \"Ünï'x\\\"y\")), e_drop())", "1,3,4");
        expected.put("e_if(op_eq(__OPERATION__, __OP_INSERT__), e_drop(op_eq(`mood`, 'sad')))", "1,3,4");
        expected.put("e_if(op_lt(`atz`, '2021-01-01 00:00:00'), e_drop())", "1,2,4");

        Map<String, String> found = new LinkedHashMap<>();
        try (Connection connection = prepared(servers.version(version));
                Statement statement = connection.createStatement()) {
            ScriptTable table = table(statement);
            for (String script : expected.keySet()) {
                String keep = Script.parse(script).translate(table).keep().orElse("true");
                found.put(script, kept(statement, keep));
                assertThat(single(statement, "select count(*) from item where (" + keep + ") is null"))
                        .as(script)
                        .isEqualTo("0");
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void a_whole_script_fits_the_columns_of_a_copy(int version, Servers servers) throws Exception {
        String text = """
                e_compose(
                  e_if(op_eq(__TB__, 'item'), e_set(`name`, str_mask(`name`, 3, 6, '*'))),
                  e_switch(op_lt(`price`, 1), e_set(`note`, "cheap"), op_is_null(`price`), e_drop(), default = e_set(`mood`, 'ok')),
                  e_set(`small`, op_sum(`small`, 1)), e_set(`price`, op_div_true(`price`, 3)), e_set(`day`, dt_add(`day`, years = 1)),
                  e_set(`atz`, '2022-02-02 02:02:02'), e_set(`ok`, op_gt(`small`, 1)),
                  e_set(`synced`, __COMMIT_TIMESTAMP__), e_set(`op`, __OPERATION__))""";
        try (Connection connection = prepared(servers.version(version));
                Statement statement = connection.createStatement()) {
            ScriptTable table = table(statement)
                    .withOperationSql("case when id = 1 then 'UPDATE' else 'INSERT' end")
                    .withCommitTimestampSql("timestamptz '2021-01-01 10:10:01+00'");
            ScriptRule rule = Script.parse(text).translate(table);
            assertThat(rule.dependsOn()).containsExactlyInAnyOrder(Dependence.OPERATION, Dependence.COMMIT_TIMESTAMP);

            statement.execute("create table copy (like item, synced timestamptz, op text)");
            statement.execute("insert into copy (" + String.join(", ", targets(table, rule)) + ") select "
                    + String.join(", ", sources(table, rule)) + " from item where "
                    + rule.keep().orElseThrow());
            assertThat(lines(statement, """
                    select concat_ws('|', id, small, price, name, note, ok, atz, day, mood, synced, op) from copy order by id"""))
                    .containsExactly(
                            "1|8|3.33|187****1111|a-b-c|t|2022-02-02 02:02:02+00|2021-02-28|ok|2021-01-01 10:10:01+00|UPDATE",
                            "2|-6|33.33|Ünï****|back\\slash 100% 日本😀|f|2022-02-02 02:02:02+00|1971-01-01|ok|2021-01-01 10:10:01+00|INSERT",
                            "3|1|0.00||cheap|f|2022-02-02 02:02:02+00|2001-01-01|ok|2021-01-01 10:10:01+00|INSERT");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void what_does_not_fit_stops_and_is_neither_cut_nor_bent(int version, Servers servers) throws Exception {
        try (Connection connection = prepared(servers.version(version));
                Statement statement = connection.createStatement()) {
            ScriptTable table = table(statement);
            assertThat(assigned(statement, table, "code", "'more than six'")).contains("too long");
            assertThat(assigned(statement, table, "name", "op_add(`name`, '1234567890')"))
                    .contains("too long");
            assertThat(assigned(statement, table, "small", "op_sum(`small`, 70000)"))
                    .contains("out of range");
            assertThat(assigned(statement, table, "price", "123456789012345")).contains("overflow");
            assertThat(assigned(statement, table, "big", "cast_string_to_long(`note`)"))
                    .contains("invalid input syntax");
            assertThat(assigned(statement, table, "at", "dt_strptime('2021-02-30', 'yyyy-MM-dd')"))
                    .contains("out of range");
            assertThat(assigned(statement, table, "at", "dt_strptime('today', 'yyyy-MM-dd')"))
                    .contains("invalid value");
            assertThat(assigned(statement, table, "name", "'fits'")).isEqualTo("1");
        }
    }

    /** The number of rows, or the server's message. */
    private static String assigned(Statement statement, ScriptTable table, String column, String value)
            throws SQLException {
        ScriptRule rule = Script.parse("e_set(`" + column + "`, " + value + ")").translate(table);
        statement.execute("drop table if exists copy; create table copy (like item)");
        try {
            return String.valueOf(statement.executeUpdate(
                    "insert into copy select " + String.join(", ", sources(table, rule)) + " from item where id = 1"));
        } catch (SQLException e) {
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void the_longest_sql_that_is_allowed_is_one_the_server_takes(int version, Servers servers) throws Exception {
        String last = "";
        try (Connection connection = prepared(servers.version(version));
                Statement statement = connection.createStatement()) {
            ScriptTable table = table(statement);
            StringBuilder steps = new StringBuilder("e_set(`note`, 'begin')");
            for (int i = 0; i < 1_000; i++) {
                steps.append(", e_if(`small`==").append(i).append(", e_set(`note`, `name`))");
            }
            ScriptRule rule = Script.parse("e_compose(" + steps + ")").translate(table);
            String sql = Objects.requireNonNull(rule.columns().get("note")).sql();
            assertThat(sql.length()).isBetween(40_000, 65_536);
            last = single(statement, "select " + sql + " from item where id = 1");
        }
        assertThat(last).isEqualTo("18700001111");
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void whatever_can_be_translated_is_sql_that_the_server_takes(int version, Servers servers) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed of ScriptOnServerIT: " + seed);
        Random random = new Random(seed);
        List<String> values = new ArrayList<>(cases().stream().map(Case::value).toList());
        List.of(
                        "`id`", "`big`", "`small`", "`price`", "`ratio`", "`name`", "`note`", "`code`", "`ok`", "`at`",
                        "`atz`", "`day`", "`mood`", "`u`", "null", "'5'")
                .forEach(value -> values.addAll(Collections.nCopies(5, value)));
        List<String> targets =
                List.of("new", "big", "price", "ratio", "name", "code", "ok", "at", "atz", "day", "mood", "u");
        List<String> refused = new ArrayList<>();
        int taken = 0;
        try (Connection connection = prepared(servers.version(version));
                Statement statement = connection.createStatement()) {
            ScriptTable table = table(statement);
            for (int i = 0; i < 1_500; i++) {
                String script = script(targets.get(random.nextInt(targets.size())), values, random);
                Optional<ScriptRule> rule = translated(script, table);
                if (rule.isPresent()) {
                    taken++;
                    refusal(statement, rule.get()).ifPresent(answer -> refused.add(script + "\n  " + answer));
                }
            }
        }
        assertThat(refused).as("seed %s", seed).isEmpty();
        assertThat(taken).isGreaterThan(50);
    }

    /** What the server says to the form of the SQL; constants that do not fit are told as data (SQLSTATE class 22) and pass here. */
    private static Optional<String> refusal(Statement statement, ScriptRule rule) throws SQLException {
        String columns = String.join(
                ", ",
                rule.columns().values().stream().map(ScriptRule.Column::sql).toList());
        try (ResultSet plan = statement.executeQuery(
                "explain select " + columns + " from item where " + rule.keep().orElse("true"))) {
            return plan.next() ? Optional.empty() : Optional.of("no plan");
        } catch (SQLException e) {
            return e.getSQLState().startsWith("22") ? Optional.empty() : Optional.of(e.getMessage() + rule);
        }
    }

    private static Optional<ScriptRule> translated(String script, ScriptTable table) {
        try {
            return Optional.of(Script.parse(script).translate(table));
        } catch (ScriptException e) {
            return Optional.empty();
        }
    }

    private static String script(String target, List<String> values, Random random) {
        String first = mixed(values, random);
        String set = "e_set(`" + target + "`, ";
        return switch (random.nextInt(4)) {
            case 0 -> "e_drop(" + first + ")";
            case 1 -> "e_if_else(op_gt(`id`, 1), " + set + first + "), " + set + mixed(values, random) + "))";
            default -> set + first + ")";
        };
    }

    /** A value whose operands are replaced by other values here and there. */
    private static String mixed(List<String> values, Random random) {
        String value = values.get(random.nextInt(values.size()));
        Matcher operand = OPERAND.matcher(value);
        StringBuilder mixed = new StringBuilder();
        while (operand.find()) {
            boolean replaced = random.nextInt(4) == 0;
            String other = replaced ? "(" + values.get(random.nextInt(values.size())) + ")" : operand.group();
            operand.appendReplacement(mixed, Matcher.quoteReplacement(other));
        }
        return operand.appendTail(mixed).toString();
    }

    private static Connection prepared(EmbeddedServer server) throws SQLException {
        String database = server.newDatabase("script");
        server.execute(database, FIXTURE);
        Connection connection = server.connect(database);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set time zone 'UTC'");
        }
        return connection;
    }

    private static ScriptTable table(Statement statement) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (ResultSet rows = statement.executeQuery("""
                select attname, format_type(atttypid, atttypmod) from pg_attribute
                where attrelid = 'item'::regclass and attnum > 0 order by attnum""")) {
            while (rows.next()) {
                columns.put(rows.getString(1), rows.getString(2));
            }
        }
        return ScriptTable.of("shop", new QualifiedName("public", "item"), columns);
    }

    private static List<String> targets(ScriptTable table, ScriptRule rule) {
        List<String> targets = new ArrayList<>(table.columns().keySet());
        rule.columns().keySet().stream().filter(name -> !targets.contains(name)).forEach(targets::add);
        return targets.stream().map(ScriptOnServerIT::quoted).toList();
    }

    private static List<String> sources(ScriptTable table, ScriptRule rule) {
        List<String> sources = new ArrayList<>();
        for (String column : table.columns().keySet()) {
            ScriptRule.Column changed = rule.columns().get(column);
            sources.add(changed == null ? quoted(column) : changed.sql());
        }
        rule.columns().values().stream().filter(ScriptRule.Column::added).forEach(column -> sources.add(column.sql()));
        return sources;
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String kept(Statement statement, String keep) throws SQLException {
        return String.join(",", lines(statement, "select id from item where " + keep + " order by id"));
    }

    private static @Nullable String single(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        } catch (SQLException e) {
            return e.getMessage();
        }
    }

    private static List<String> lines(Statement statement, String sql) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        }
        return lines;
    }

    /** Three fields between bars that stand alone: row, value, text of the result ({@code ''} for the empty one, {@code ~} for a line end). */
    private static List<Case> cases() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(ScriptOnServerIT.class.getResourceAsStream("/script/cases.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" +\\| +", 3))
                    .map(f -> new Case(
                            Integer.parseInt(f[0].strip()),
                            f[1].strip(),
                            f[2].strip().replaceAll("^''$", "")))
                    .collect(Collectors.toList());
        }
    }
}
