package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.class)
class TableComparisonIT {
    private EmbeddedServer old;
    private EmbeddedServer recent;
    private String oldDatabase;
    private String recentDatabase;

    @BeforeEach
    void create_two_databases(Servers servers) throws SQLException {
        old = servers.version(11);
        recent = servers.version(18);
        oldDatabase = old.newDatabase("comparison");
        recentDatabase = recent.newDatabase("comparison");
    }

    @Test
    void equal_rows_of_versions_with_different_float_text_are_equal() throws SQLException {
        both(
                "create domain ratio as float8",
                "create table t (f float8, r float4, a float8[], d ratio, p point, n numeric, z timestamptz, b bytea)",
                "insert into t values (0.1, 0.1, '{0.1,null,NaN}', 1e-300/3, '(0.1,0.2)', 1.10, now(), '\\xff')",
                "update t set z = '2026-03-01 12:00:00+00'");

        assertThat(compare("public.t", "public.t")).isEmpty();
    }

    @Test
    void null_and_empty_string_are_different() throws SQLException {
        old.execute(oldDatabase, "create table t (v text)", "insert into t values (null), ('NULL')");
        recent.execute(recentDatabase, "create table t (v text)", "insert into t values (''), ('NULL')");

        assertThat(compare("public.t", "public.t"))
                .hasSize(3)
                .anyMatch(line -> line.contains("only in first public.t: {NULL}"))
                .anyMatch(line -> line.contains("only in second public.t: {\"\"}"));
    }

    @Test
    void rows_are_a_multiset_in_any_order_and_columns_match_by_name() throws SQLException {
        old.execute(
                oldDatabase,
                "create table t (a int, b text)",
                "insert into t values (1,'x'),(1,'x'),(2,'\uFFFD'),(2,'\uD83D\uDE00')");
        recent.execute(
                recentDatabase,
                "create schema \"S s\"",
                "create table \"S s\".u (b text, a int)",
                "insert into \"S s\".u values ('\uD83D\uDE00',2),('\uFFFD',2),('x',1)");

        assertThat(compare("public.t", "\"S s\".u"))
                .hasSize(2)
                .last()
                .asString()
                .isEqualTo("only in first public.t: {1,x}");
        recent.execute(recentDatabase, "insert into \"S s\".u values ('x',1)");
        assertThat(compare("public.t", "\"S s\".u")).isEmpty();
    }

    @Test
    void different_columns_are_reported_by_name() throws SQLException {
        old.execute(oldDatabase, "create table t (a int, b int)");
        recent.execute(recentDatabase, "create table t (a int, c int)");

        assertThat(compare("public.t", "public.t")).singleElement().asString().contains("[a, b]", "[a, c]");
    }

    @Test
    void many_differences_are_counted_and_twenty_shown() throws SQLException {
        old.execute(oldDatabase, "create table t as select generate_series(1, 5000) as a");
        recent.execute(recentDatabase, "create table t (a int)");

        assertThat(compare("public.t", "public.t"))
                .hasSize(21)
                .first()
                .asString()
                .startsWith("5000 rows differ");
    }

    @Test
    void settings_and_transaction_of_the_caller_are_left_alone() throws SQLException {
        both("create table t (a int)");
        try (Connection first = old.connect(oldDatabase);
                Connection second = recent.connect(recentDatabase)) {
            second.setAutoCommit(false);
            second.createStatement().execute("insert into t values (1)");

            assertThat(TableComparison.differences(first, "public.t", second, "public.t"))
                    .hasSize(2);

            second.commit();
            assertThat(first.getAutoCommit()).isTrue();
            assertThat(compare("public.t", "public.t")).hasSize(2);
        }
        LeakCheck.assertNothingLeft(recent);
    }

    private void both(String... statements) throws SQLException {
        old.execute(oldDatabase, statements);
        recent.execute(recentDatabase, statements);
    }

    private List<String> compare(String firstTable, String secondTable) throws SQLException {
        try (Connection first = old.connect(oldDatabase);
                Connection second = recent.connect(recentDatabase)) {
            return TableComparison.differences(first, firstTable, second, secondTable);
        }
    }
}
