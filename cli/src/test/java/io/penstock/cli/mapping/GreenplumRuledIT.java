package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.testkit.GreenplumServer;
import io.penstock.testkit.Servers;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters, expressions and mapped names into a Greenplum, where one is given. */
@ExtendWith(Servers.class)
class GreenplumRuledIT {
    private static final String PEOPLE = """
            create table people (id int primary key, phone text, ssn text, hidden bool not null, big text);
            alter table people alter big set storage external;
            insert into people
            select i, i || '-555', repeat('s', i %% 9), i %% 3 = 0,
                   (select string_agg(md5(i || '/' || j), '') from generate_series(1, 300) j)
              from generate_series(1, %1$d) i""";

    private static final String ORDERS = """
            create table orders (id int, line int, v text, n int default 5, primary key (id, line));
            insert into orders select i, i % 4, 'v' || i, i from generate_series(1, 300) i""";

    private static final String SETTINGS = """
            storage: %s
            names: {rules: [{match: "public\\\\.(.*)", to: "ods.$1"}]}
            tables:
              public.people:
                where: "not hidden"
                %2$s
                columns:
                  rename: {phone: tel}
                  exclude: [hidden, ssn]
                  set: {phone: "left(phone, 2) || '**'", digits: "length(ssn)"}
              public.orders:
                to: dw.lines
                %2$s
                columns: {rename: {id: order_id, v: '"Value"'}}
            """;

    @ParameterizedTest
    @CsvSource({"heap, ''", "ao_column, ''", "ao_row, ''", "heap, 'distributedBy: replicated'"})
    void wanted_rows_arrive_under_their_new_names(String storage, String distribution, Servers servers)
            throws Exception {
        Optional<GreenplumServer> greenplum = GreenplumServer.find();
        assumeTrue(greenplum.isPresent(), GreenplumServer.VARIABLE + " is not set");
        MappingBed bed =
                new MappingBed(servers.version(15), greenplum.orElseThrow(), SETTINGS.formatted(storage, distribution));
        try {
            bed.source(PEOPLE.formatted(60), ORDERS);
            bed.sync();
            compare(bed, "x.n");
            assertThat(bed.there(
                            "(select distinct amname from pg_am a join pg_class c on relam = a.oid"
                                    + " where c.oid in ('ods.people'::regclass, 'dw.lines'::regclass)) s",
                            "*"))
                    .isEqualTo("(" + storage + ")");

            fewChanges(bed);
            bed.sync();
            compare(bed, "x.n");

            bed.source(
                    "update people set phone = 'x' || phone",
                    "insert into people select id + 5000, phone, ssn, hidden, big from people",
                    "alter table orders rename column n to amount",
                    "update orders set amount = amount + 1",
                    "insert into orders select id + 5000, line, v, amount from orders");
            bed.sync();
            compare(bed, "x.amount");
        } finally {
            bed.bed().drop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap", "ao_column"})
    void a_label_tells_rows_of_two_sources_from_each_other(String storage, Servers servers) throws Exception {
        Optional<GreenplumServer> greenplum = GreenplumServer.find();
        assumeTrue(greenplum.isPresent(), GreenplumServer.VARIABLE + " is not set");
        String settings = "storage: " + storage
                + "\ntables: {s1.t: {to: dw.t, primaryKey: [region, id], columns: {set: {region: \"'eu'\"}}},"
                + " s2.t: {to: dw.t, primaryKey: [region, id], columns: {set: {region: \"'us'\"}}}}";
        MappingBed bed = new MappingBed(servers.version(15), greenplum.orElseThrow(), settings);
        try {
            for (String schema : List.of("s1", "s2")) {
                bed.source("create schema " + schema + "; create table " + schema + ".t (id int primary key, a text);"
                        + " insert into " + schema + ".t select i, '" + schema + "' from generate_series(1, 50) i");
            }
            bed.sync();
            bed.source(
                    "update s1.t set a = 'new' where id % 2 = 0; delete from s1.t where id % 5 = 0; update s2.t set id = -id where id < 9",
                    "delete from s2.t where id > 40; insert into s1.t select i, 'n' from generate_series(100, 900) i");
            bed.sync();
            compareLabelled(bed);
            bed.source("truncate s2.t; insert into s2.t values (1, 'again')");
            bed.sync();
            compareLabelled(bed);
        } finally {
            bed.bed().drop();
        }
    }

    private static void compareLabelled(MappingBed bed) throws SQLException {
        assertThat(bed.bed().atDestination(digest("dw.t", "x.id, x.a, x.region")))
                .isEqualTo(bed.bed()
                        .atSource(digest(
                                "(select *, 'eu' as region from s1.t union all select *, 'us' from s2.t) u",
                                "x.id, x.a, x.region")));
    }

    /** Rows go in and out of the filter, keys move, large values stay. */
    private static void fewChanges(MappingBed bed) throws SQLException {
        bed.source(
                "update people set hidden = not hidden where id % 5 = 0",
                "update people set ssn = ssn || 'longer' where id % 4 = 0",
                "update people set id = id + 1000 where id % 7 = 0",
                "delete from people where id % 11 = 0",
                "begin; update people set id = 0 where id = 1; update people set id = 1 where id = 2;"
                        + " update people set id = 2 where id = 0; commit",
                "update orders set v = 'new' where id % 2 = 0",
                "update orders set line = line + 10, id = -id where id % 3 = 0",
                "delete from orders where id % 5 = 0");
    }

    private static void compare(MappingBed bed, String amount) throws SQLException {
        String here = "x.id, left(x.phone, 2) || '**', md5(x.big), length(x.ssn)";
        assertThat(bed.bed().atDestination(digest("ods.people", "x.id, x.tel, md5(x.big), x.digits")))
                .isEqualTo(bed.bed().atSource(digest("people where not hidden", here)));
        assertThat(bed.bed().atDestination(digest("dw.lines", "x.order_id, x.line, x.\"Value\", " + amount)))
                .isEqualTo(bed.bed().atSource(digest("orders", "x.id, x.line, x.v, " + amount)));
    }

    private static String digest(String table, String columns) {
        return "select string_agg(r::text, ' ' order by r::text collate \"C\") from (select row(" + columns
                + ") from (select * from " + table + ") x) s(r)";
    }
}
