package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.cli.Wiring;
import io.penstock.core.check.Finding;
import io.penstock.core.fault.FaultPoints;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.DatabaseServer;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Databases that order and change texts by other rules: the copy is computed by those of the source, changes by the destination's. */
@ExtendWith(Servers.class)
class CollationIT {
    private static final String ORDER = "task.expressions_order";
    private static final String LETTERS = "task.expressions_letters";
    private static final String START =
            "create table t (id int primary key, name text, c text collate \"C\", n int, doc jsonb, at timestamptz, v varchar(9), ch char(4));"
                    + " insert into t (id, name) values (1, 'alpha'), (2, 'Zulu'), (3, 'zulu')";

    /** Databases by a locale of ICU; the tests' own are by C. */
    private record Icu(EmbeddedServer server) implements DatabaseServer {
        @Override
        public String url(String database) {
            return server.url(database);
        }

        @Override
        public Connection connect(String database) throws SQLException {
            return server.connect(database);
        }

        @Override
        public void execute(String database, String... statements) throws SQLException {
            server.execute(database, statements);
        }

        @Override
        public String newDatabase(String prefix) throws SQLException {
            String name = server.newDatabase(prefix) + "_icu";
            server.execute(
                    "postgres",
                    "create database \"" + name
                            + "\" template template0 locale_provider icu icu_locale 'en-US' locale 'C'");
            return name;
        }

        @Override
        public void dropDatabase(String name) throws SQLException {
            server.dropDatabase(name);
        }
    }

    private static String where(String condition) {
        return "tables: {public.t: {where: \"" + condition.replace("\"", "\\\"") + "\"}}";
    }

    private static Optional<Finding> finding(MappingBed bed, String item) {
        return bed.findings().stream().filter(f -> f.item().equals(item)).findFirst();
    }

    @Test
    void a_filter_that_orders_texts_as_only_one_of_the_databases_does_is_refused(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), new Icu(servers.version(16)), where("name < 'b'"))) {
            bed.source(START);
            Finding found = finding(bed, ORDER).orElseThrow();
            assertThat(found.state()).isEqualTo(Finding.State.FAILED);
            assertThat(found.ignorable()).isTrue();
            assertThat(found.why())
                    .contains("The source orders texts by C and the destination by ICU en-US")
                    .contains("tables.public.t.where");
            assertThat(found.fix()).contains("COLLATE \"C\"").contains("--skip " + ORDER);
            assertThat(catchThrowable(bed::sync)).hasMessageContaining(ORDER);

            bed.settings(where("name collate \"C\" < 'b'"));
            bed.sync();
            bed.source("insert into t (id, name) values (4, 'Yoyo'), (5, 'yoyo'); update t set n = 1");
            bed.sync();
            assertThat(bed.there("t", "id, n")).isEqualTo("(1,1) (2,1) (4,1)");
        }
    }

    @Test
    void who_has_read_it_may_pass_over_it(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), new Icu(servers.version(16)), where("name < 'b'"))) {
            bed.source(START);
            new Wiring(bed.bed().spec(), FaultPoints.NONE)
                    .run(new TaskRun.Options(Until.CAUGHT_UP, Set.of(ORDER), FaultPoints.NONE))
                    .run();
            assertThat(bed.there("t", "id")).isEqualTo("(1) (2)");
        }
    }

    @Test
    void only_what_depends_on_the_collation_is_told(Servers servers) throws Exception {
        List<String> ordering = List.of(
                "name between 'a' and 'm'",
                "greatest(name, v) = 'x'",
                "array[name] > array['m']",
                "(name, id) < ('m', 1)",
                "ch >= 'm'");
        List<String> lettered = List.of(
                "lower(name) = 'x'",
                "name ilike 'x%'",
                "name ~ '^[[:alpha:]]+$'",
                "substring(name from '[a-z]') = 'x'");
        List<String> indifferent = List.of(
                "c < 'm'",
                "name collate \"C\" < 'm'",
                "lower(name collate \"C\") = 'x'",
                "name = 'x' and v <> ch and name in ('a', 'b') and name like 'x%'",
                "name || left(v, 3) is not null and length(name) > 3 and n < 5 and substring(name from 1 for 2) = 'x'",
                "date_trunc('day', at at time zone 'UTC') > '2020-01-01' and doc ->> 'a' = 'b' and n::text = v");
        try (MappingBed bed = new MappingBed(servers.version(15), new Icu(servers.version(16)), "")) {
            bed.source(START);
            for (String condition : ordering) {
                assertThat(told(bed, condition)).as(condition).containsExactly(ORDER + " FAILED");
            }
            for (String condition : lettered) {
                assertThat(told(bed, condition)).as(condition).containsExactly(LETTERS + " WARNING");
            }
            for (String condition : indifferent) {
                assertThat(told(bed, condition)).as(condition).isEmpty();
            }
        }
    }

    private static List<String> told(MappingBed bed, String condition) {
        bed.settings(where(condition));
        return bed.findings().stream()
                .filter(f -> f.item().startsWith("task.expressions"))
                .map(f -> f.item() + " " + f.state())
                .toList();
    }

    @Test
    void databases_that_agree_need_no_word_about_it(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(
                servers.version(11), servers.version(18), where("name < 'm' and lower(name) <> 'x' and name ~ 'a'"))) {
            bed.source(START);
            assertThat(finding(bed, ORDER)).isEmpty();
            assertThat(finding(bed, LETTERS)).isEmpty();
        }
    }
}
