package io.penstock.bench.workload;

import io.penstock.bench.database.Server;
import io.penstock.bench.database.Session;
import java.util.ArrayList;
import java.util.List;

/** The same rows and the same number of changes, spread over few or many tables. */
final class ManyTables {
    private static final int CHANGES_PER_TRANSACTION = 4;
    private static final int ROWS_PER_TRANSACTION = 3;

    private ManyTables() {}

    static Workload workload(int count, Sizes sizes) {
        List<String> tables = new ArrayList<>(List.of(Workload.MARKER));
        List<String> keys = new ArrayList<>();
        List<String> load = new ArrayList<>();
        int rows = Math.max(10, sizes.growthScale() * sizes.accounts() / count);
        for (int i = 0; i < count; i++) {
            tables.add("create table many_" + i + " (id int not null, v int, filler char(84))");
            keys.add("alter table many_" + i + " add primary key (id)");
            load.add("insert into many_" + i + " select i, 0, '' from generate_series(1, " + rows + ") i");
        }
        int transactions = sizes.transactions();
        return new Workload(
                "S1-tables-" + count,
                "growth: " + count + " tables",
                Workload.Kind.DRAIN,
                tables,
                keys,
                load,
                List.of(program(count, rows)),
                Workload.Destination.SAME,
                (server, database) -> make(server, database, transactions),
                (long) transactions * CHANGES_PER_TRANSACTION);
    }

    private static void make(Server server, String database, int transactions) {
        try (Session session = server.open(database)) {
            session.run("set synchronous_commit = off").run("call bench_many(" + transactions + ")");
        }
    }

    /** Three updates and an insert per transaction, each in some table. */
    private static String program(int tables, int rows) {
        return """
                create procedure bench_many(n int) language plpgsql as $$
                declare t int;
                begin
                  perform setseed(0.5);
                  for i in 1..n loop
                    for j in 1..%d loop
                      t := floor(random() * %d)::int;
                      execute 'update many_' || t || ' set v = v + 1 where id = $1' using 1 + floor(random() * %d)::int;
                    end loop;
                    t := floor(random() * %d)::int;
                    execute 'insert into many_' || t || ' values ($1, 0, $2)' using %d + i, '';
                    commit;
                  end loop;
                end $$""".formatted(ROWS_PER_TRANSACTION, tables, rows, tables, rows);
    }
}
