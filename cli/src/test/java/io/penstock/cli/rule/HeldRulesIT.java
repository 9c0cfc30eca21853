package io.penstock.cli.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.Wiring;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.testkit.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows of a table with a rule that wait for a person, or for another copy, become what the rule makes of them all the same. */
@ExtendWith(Servers.class)
class HeldRulesIT {
    /** What changes while the table is held. */
    private static final String[] CHANGES = {
        "update customers set region = 'eu', deleted = false where id % 7 = 0",
        "update customers set region = 'us' where id % 8 = 0; update customers set id = id + 1000 where id % 9 = 0",
        "delete from customers where id in (1, 3, 5, 20); update customers set n = n + 1 where note like 'long%'",
        RuleIT.ROWS.formatted(100, 140),
        "update customers set id = -1 where id = 22; update customers set id = 22 where id = 24; update customers set id = 24 where id = -1"
    };

    @Test
    void changes_that_waited_for_a_person_go_through_the_filter_and_the_expressions(Servers servers) throws Exception {
        try (RuleBed bed = bed(servers)) {
            bed.bed().destination("alter table customers add w text");
            bed.source(
                    "update customers set region = 'eu', deleted = false where id = 2; alter table customers add w int;"
                            + " update customers set region = 'us' where id = 4");
            bed.source(CHANGES).source("insert into log values (3, 'other')").sync();
            TableProgress waiting = table(bed, "public.customers");
            assertThat(waiting.state()).isEqualTo(TableState.ERRORED);
            // The others go on.
            bed.assertRows("log", "select level, left(who, 1) from log where level > 1");
            assertThat(bed.bed().atDestination("select count(*) from customers where id > 99"))
                    .isEqualTo("0");

            bed.bed().destination("alter table customers drop w");
            try (ProgressStore progress = progress(bed)) {
                progress.save(waiting.resumed());
            }
            bed.source("update customers set w = id where id % 2 = 0").sync();
            assertWanted(bed);
            assertThat(table(bed, "public.customers").state()).isEqualTo(TableState.READY);
        }
    }

    @Test
    void changes_beside_another_copy_go_through_the_filter_and_the_expressions(Servers servers) throws Exception {
        try (RuleBed bed = bed(servers)) {
            bed.source("alter table customers add w int default (random() * 9)::int")
                    .source(CHANGES);
            bed.source(
                    "update customers set w = 5 where id % 2 = 0", "alter table log add k text default random()::text");
            bed.source("insert into log values (5, 'late'); delete from log where level = 2")
                    .sync();
            assertWanted(bed);
            bed.assertRows(
                    "(select level, who, k from log) l", "select level, left(who, 1), k from log where level > 1");
        }
    }

    private static RuleBed bed(Servers servers) throws Exception {
        return new RuleBed(servers.version(15), servers.version(18))
                .rule("customers", RuleIT.WHERE, RuleIT.SET)
                .rule("log", "level > 1", RuleBed.set("who", "left(who, 1)"))
                .source(RuleIT.CUSTOMERS, RuleIT.ROWS.formatted(1, 60))
                .source(
                        "create table log (level int, who text); insert into log select i % 4, 'w' || i from generate_series(1, 20) i")
                .sync();
    }

    /** The column that came later stands behind those that the task adds. */
    private static void assertWanted(RuleBed bed) throws Exception {
        String wanted = RuleIT.WANTED.replaceFirst("\\s+from customers", ", w from customers");
        bed.assertRows("customers", wanted);
    }

    private static TableProgress table(RuleBed bed, String name) {
        try (ProgressStore progress = progress(bed)) {
            return progress.tables().stream()
                    .filter(t -> t.mapping().source().toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static ProgressStore progress(RuleBed bed) {
        return new Wiring(bed.bed().spec(), FaultPoints.NONE).destination().progress();
    }
}
