package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.check.Finding;
import io.penstock.testkit.GreenplumServer;
import io.penstock.testkit.Servers;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the task file says about storage and distribution, in a Greenplum, where one is given, while the source changes. */
@ExtendWith(Servers.class)
class GreenplumLayoutIT {
    private static final String SETTINGS = """
            storage: %s
            storageOptions: %s
            distributedBy: selective
            tables:
              public.orders: {distributedBy: [customer]}
              public.late: {primaryKey: [id], storage: ao_row, storageOptions: {compresstype: zlib}}
            """;

    private static MappingBed bed(Servers servers, String settings) throws SQLException {
        assumeTrue(GreenplumServer.find().isPresent(), GreenplumServer.VARIABLE + " is not set");
        return new MappingBed(servers.version(15), GreenplumServer.find().orElseThrow(), settings);
    }

    private static String distribution(MappingBed bed, String table) throws SQLException {
        return String.valueOf(bed.bed().atDestination("select pg_get_table_distributedby('" + table + "'::regclass)"));
    }

    private static String options(MappingBed bed, String table) throws SQLException {
        return String.valueOf(bed.bed()
                .atDestination("select amname || ' ' || coalesce(array_to_string(reloptions, ' '), '') from pg_class c"
                        + " join pg_am a on a.oid = relam where c.oid = '" + table + "'::regclass"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap, {fillfactor: 70}", "ao_column, {compresstype: zlib, compresslevel: 1}"})
    void the_layout_holds_while_the_source_changes(String storage, Servers servers) throws Exception {
        String[] parts = storage.split(", ", 2);
        try (MappingBed bed = bed(servers, SETTINGS.formatted(parts[0], parts[1]))) {
            bed.source(
                    "create table orders (id int, customer int, v text, primary key (customer, id));"
                            + " insert into orders select i, i % 40, 'v' from generate_series(1, 400) i",
                    "create table events (at int, kind int, n int, v text, primary key (at, kind, n));"
                            + " insert into events select i, i % 3, i % 2, 'e' from generate_series(1, 500) i",
                    "create table p (day int, id int, n int, primary key (id, n, day)) partition by range (day);"
                            + " create table p1 partition of p for values from (0) to (10);"
                            + " insert into p select i % 10, i, 0 from generate_series(1, 300) i",
                    "create table late (id int not null, v text); analyze");
            bed.sync();
            assertThat(distribution(bed, "orders")).isEqualTo("DISTRIBUTED BY (customer)");
            assertThat(distribution(bed, "events")).isEqualTo("DISTRIBUTED BY (at)");
            assertThat(distribution(bed, "p1")).isEqualTo("DISTRIBUTED BY (id)");
            assertThat(options(bed, "events"))
                    .startsWith(parts[0])
                    .contains(parts[0].equals("heap") ? "fillfactor=70" : "compresstype=zlib");

            bed.source(
                    "alter table orders rename column customer to client; update orders set v = v || client where id % 3 = 0",
                    "alter table orders rename to sales; delete from sales where client = 7",
                    "alter table sales add constraint u unique (client, v, id)",
                    "alter table events rename column at to moment; analyze events; update events set v = 'x' where kind = 1",
                    "alter table events add constraint u2 unique (moment, v, kind, n)",
                    "drop table late; create table late (id int not null, v text); insert into late select i, 'l' from generate_series(1, 90) i",
                    "delete from late where id % 3 = 0; create table p2 partition of p for values from (10) to (20)",
                    "insert into p values (11, 1, 1); update p set n = n + 1");
            bed.sync();
            assertThat(distribution(bed, "sales")).isEqualTo("DISTRIBUTED BY (customer)");
            assertThat(distribution(bed, "events")).isEqualTo("DISTRIBUTED BY (moment)");
            assertThat(distribution(bed, "late")).isEqualTo("DISTRIBUTED BY (id)");
            assertThat(options(bed, "late")).startsWith("ao_row").contains("compresstype=zlib");
            assertThat(
                            bed.bed()
                                    .atDestination(
                                            "select string_agg(conname, ' ' order by conname) from pg_constraint"
                                                    + " where contype in ('p', 'u') and conrelid in ('sales'::regclass, 'events'::regclass, 'late'::regclass)"))
                    .matches("events_pkey late_[0-9]+_penstock_pkey orders_pkey u u2");
            bed.assertSame("sales", "id, client, v", "sales", "id, customer, v");
            bed.assertSame("events", "*", "events", "*");
            bed.assertSame("late", "*", "late", "*");
            bed.assertSame("p", "*", "p", "*");

            bed.source(
                    "alter table sales drop column client cascade; update sales set v = v || '!' where id < 50; alter table sales add primary key (id)");
            bed.source("update sales set v = 'z' where id > 300");
            bed.sync();
            assertThat(distribution(bed, "sales")).isEqualTo("DISTRIBUTED BY (id)");
            bed.assertSame("sales", "*", "sales", "*");
            assertThat(bed.bed().atDestination("select count(*) from penstock.ddl_history where result = 'failed'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void the_precheck_quotes_what_the_server_says_of_storage_options(Servers servers) throws Exception {
        try (MappingBed bed = bed(servers, """
                storage: ao_column
                storageOptions: {compresstype: zlob}
                tables: {public.h: {storage: heap, storageOptions: {compresslevel: 3}}}
                """)) {
            bed.source("create table t (id int primary key); create table h (id int primary key)");

            assertThat(bed.findings()).anySatisfy(f -> {
                assertThat(f.item()).isEqualTo("destination.storage_options");
                assertThat(f.state()).isEqualTo(Finding.State.FAILED);
                assertThat(f.why()).contains("unknown compresstype \"zlob\"", "of public.h", "compresslevel");
            });
        }
    }
}
