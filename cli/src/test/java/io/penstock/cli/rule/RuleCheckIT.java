package io.penstock.cli.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.cli.Wiring;
import io.penstock.cli.sync.SpecChange;
import io.penstock.core.check.Finding;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.run.Precheck;
import io.penstock.engine.taskfile.TaskFileReader;
import io.penstock.testkit.Servers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is said of filters and expressions before the start, by the databases themselves. */
@ExtendWith(Servers.class)
class RuleCheckIT {
    private static final String TABLES = """
            create table t (id int primary key, kind text, secret varchar(8), n int, doc jsonb, g point);
            create table log (line text);
            create function twice(int) returns int language sql immutable as 'select 2 * $1'""";

    private static List<Finding> findings(Servers servers, String tables) throws Exception {
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18))) {
            bed.source(TABLES);
            TaskSpec spec = spec(bed, tables);
            Wiring wiring = new Wiring(spec, FaultPoints.NONE);
            List<Finding> findings = Precheck.run(spec, wiring.source(), wiring.destination());
            assertThat(bed.atDestination("select nspname from pg_namespace where nspname = 'penstock'"))
                    .isEmpty();
            return findings;
        }
    }

    private static TaskSpec spec(RuleBed bed, String tables) {
        TaskSpec was = bed.bed().spec();
        return TaskFileReader.read(
                "name: " + was.name() + "\nsource: {url: \"" + was.source().url() + "\"}\ndestination: {url: \""
                        + was.destination().url() + "\"}\ntables:\n" + tables,
                Path.of("."),
                Map.of());
    }

    private static Finding finding(List<Finding> findings, String item) {
        return findings.stream().filter(f -> f.item().equals(item)).findFirst().orElseThrow();
    }

    @Test
    void every_problem_is_told_with_its_place_and_the_servers_own_words(Servers servers) throws Exception {
        Finding finding = finding(findings(servers, """
                          public.t:
                            where: "kind = 'eu' and missing > 1"
                            columns:
                              set:
                                secret: "left(secret, 'x'::point)"
                                id: "id + 1"
                                one: "(select max(n) from t)"
                                two: "count(*)"
                                three: "row_number() over ()"
                                four: "to_jsonb(t)"
                                five: "ctid::text"
                                six: "n) + (1"
                                seven: "generate_series(1, n)"
                                eight: "public.twice(n)"
                                nine: "n +"
                        """), "task.expressions");
        assertThat(finding.state()).isEqualTo(Finding.State.FAILED);
        assertThat(finding.why())
                .containsPattern("line [0-9]+: tables.public.t.columns.set.one: ")
                .contains("columns.set.one: it holds a subquery")
                .contains("columns.set.four: it uses the whole row t");
    }

    private static String why(Servers servers, String rule) throws Exception {
        return finding(findings(servers, "  public.t:\n    " + rule + "\n"), "task.expressions")
                .why();
    }

    @Test
    void the_source_refuses_what_it_cannot_evaluate(Servers servers) throws Exception {
        assertThat(why(servers, "where: \"kind = 'eu' and missing > 1\""))
                .isEqualTo(
                        "line 6: tables.public.t.where: the source says: column \"missing\" does not exist (at character 17)");
        assertThat(why(servers, "where: \"n + 1\"")).contains("argument of WHERE must be type boolean");
        assertThat(why(servers, "columns: {set: {two: \"count(*)\"}}"))
                .contains(
                        "tables.public.t.columns.set.two: the source says: aggregate functions are not allowed in WHERE");
        assertThat(why(servers, "columns: {set: {x: \"row_number() over ()\"}}"))
                .contains("window functions are not allowed");
        assertThat(why(servers, "columns: {set: {x: \"generate_series(1, n)\"}}"))
                .contains("set-returning functions are not allowed");
        assertThat(why(servers, "columns: {set: {x: \"ctid::text\"}}")).contains("column \"ctid\" does not exist");
        assertThat(why(servers, "columns: {set: {x: \"n +\"}}")).contains("syntax error");
        assertThat(why(servers, "columns: {set: {x: \"n) + (1\"}}")).contains("it must be one expression");
    }

    @Test
    void the_destination_refuses_what_it_lacks(Servers servers) throws Exception {
        assertThat(why(servers, "columns: {set: {x: \"public.twice(n)\"}}"))
                .contains(
                        "line 6: tables.public.t.columns.set.x: the destination says: function public.twice(integer) does not exist (at character 1)");
    }

    @Test
    void a_key_may_not_be_computed(Servers servers) throws Exception {
        assertThat(why(servers, "columns: {set: {id: \"id + 1\"}}")).contains("it belongs to the key");
    }

    @Test
    void what_changes_by_itself_is_told_and_a_table_without_a_key_cannot_have_it(Servers servers) throws Exception {
        List<Finding> findings = findings(servers, """
                  public.t: {where: "n < random() * 10", columns: {set: {loaded_at: "now()", kind: "upper(kind)"}}}
                """);
        assertThat(finding(findings, "task.expressions").state()).isEqualTo(Finding.State.PASSED);
        assertThat(finding(findings, "task.expressions_immutable").why())
                .contains("tables.public.t.columns.set.loaded_at, tables.public.t.where")
                .doesNotContain("kind");
        assertThat(finding(findings(servers, "  public.log: {columns: {set: {at: \"now()\"}}}\n"), "task.expressions")
                        .why())
                .contains("the table has no key");
    }

    @Test
    void types_that_the_schema_phase_will_create_are_there_for_the_trial(Servers servers) throws Exception {
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18))
                .rule(
                        "m",
                        "mood <> 'sad'::public.mood",
                        RuleBed.set("better", "case mood when 'ok' then 'happy'::public.mood end"))) {
            bed.source(
                            "create type mood as enum ('sad', 'ok', 'happy'); create table m (id int primary key, mood mood)",
                            "insert into m values (1, 'sad'), (2, 'ok'), (3, null)")
                    .sync();
            bed.source("update m set mood = 'ok'", "insert into m values (4, 'sad')");
            bed.sync()
                    .assertRows(
                            "m",
                            "select id, mood, case mood when 'ok' then 'happy'::mood end from m where mood <> 'sad'");
        }
    }

    @Test
    void question_marks_and_braces_are_the_users(Servers servers) throws Exception {
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18))
                .rule("t", "doc ? 'a' -- {d '1'} ?", RuleBed.set("x", "doc -> 'a' || '{\"b\": 1}'::jsonb"))) {
            bed.source(TABLES, "insert into t (id, doc) values (1, '{\"a\": {\"c\": 2}}'), (2, '{}')")
                    .sync();
            bed.source("update t set doc = '{\"a\": {}}'");
            bed.sync().assertRows("t", "select *, doc -> 'a' || '{\"b\": 1}'::jsonb from t where doc ? 'a'");
        }
    }

    @Test
    void a_task_that_cannot_evaluate_its_filter_does_not_begin(Servers servers) throws Exception {
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18)).rule("t", "nope", Map.of())) {
            bed.source(TABLES);
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("tables.public.t.where: the source says");
            bed.bed().with(spec -> SpecChange.tables(spec, Map.of()));
            bed.sync();
        }
    }
}
