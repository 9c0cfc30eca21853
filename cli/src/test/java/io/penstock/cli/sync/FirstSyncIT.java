package io.penstock.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.testkit.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.class)
class FirstSyncIT {
    private static final String TABLES = """
            create table customers (id bigint primary key, name text not null, email text unique, tags text[]);
            create table orders (id bigint primary key, customer bigint references customers, total numeric, note text);
            create table log (at timestamptz, line text);
            insert into customers select i, 'c' || i, 'c' || i || '@x', array['a', i::text] from generate_series(1, 1000) i;
            insert into orders select i, 1 + i % 1000, i / 7.0, repeat('x', i % 50) from generate_series(1, 5000) i;
            insert into log select now(), 'line' || i % 10 from generate_series(1, 100) i""";

    @Test
    void copies_and_follows(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(TABLES);
            bed.sync();
            bed.assertEqual();
            assertThat(bed.atDestination("select count(*) from orders")).isEqualTo("5000");
            bed.source(
                    "insert into customers values (5001, 'new', 'new@x', null), (5002, '', 'n2@x', '{}')",
                    "update customers set name = name || '!' where id <= 500",
                    "delete from orders where id % 3 = 0",
                    "update orders set id = id + 100000 where id % 3 = 1",
                    "delete from log where line = 'line3' and ctid = (select min(ctid) from log where line = 'line3')",
                    "update log set line = 'changed' where line = 'line4'",
                    "insert into log select now(), 'again' from generate_series(1, 500)");
            bed.sync();
            bed.assertEqual();
        }
    }
}
