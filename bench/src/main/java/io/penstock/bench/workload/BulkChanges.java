package io.penstock.bench.workload;

import io.penstock.bench.database.Session;
import java.util.List;

/** Few transactions of many rows each, on one table. */
public final class BulkChanges {
    private static final List<String> TABLES = List.of("""
            create table bulk (id bigint not null, grp int, amount numeric(12,2), name text, payload text, at timestamptz, flag boolean,
              note text)""", Workload.MARKER);

    private static final List<String> KEYS = List.of("alter table bulk add primary key (id)");

    /** Coprime to every number of rows, which are powers of ten times small factors: row numbers spread and never repeat. */
    private static final int STRIDE = 7919;

    private BulkChanges() {}

    public static Workload mixed(String id, String title, Sizes.Bulk bulk) {
        return new Workload(
                id,
                title,
                Workload.Kind.DRAIN,
                TABLES,
                KEYS,
                List.of(insert(1, bulk.rows())),
                List.of(),
                Workload.Destination.SAME,
                (server, database) -> {
                    try (Session session = server.open(database)) {
                        make(session, bulk);
                    }
                },
                (long) bulk.inserts() + bulk.updates() + bulk.deletes());
    }

    public static Workload oneTransaction(int rows) {
        return new Workload(
                "I3",
                "one transaction of " + rows + " rows",
                Workload.Kind.DRAIN,
                TABLES,
                KEYS,
                List.of(insert(1, 1000)),
                List.of(),
                Workload.Destination.SAME,
                (server, database) -> {
                    try (Session session = server.open(database)) {
                        session.run(insert(1001, 1000L + rows));
                    }
                },
                rows);
    }

    private static void make(Session session, Sizes.Bulk bulk) {
        int size = bulk.inserts() / bulk.insertTransactions();
        for (int i = 0; i < bulk.insertTransactions(); i++) {
            long first = bulk.rows() + (long) i * size + 1;
            session.run(insert(first, first + size - 1));
        }
        size = bulk.updates() / bulk.updateTransactions();
        for (int i = 0; i < bulk.updateTransactions(); i++) {
            String ids = ids(bulk.rows(), (long) i * size, size);
            session.run("update bulk set amount = amount + 1, note = 'changed " + i + "' from (" + ids
                    + ") s where bulk.id = s.id");
        }
        size = bulk.deletes() / bulk.deleteTransactions();
        for (int i = 0; i < bulk.deleteTransactions(); i++) {
            // Other rows than the updated ones, so that nobody gains by leaving updates out.
            String ids = ids(bulk.rows(), bulk.updates() + (long) i * size, size);
            session.run("delete from bulk using (" + ids + ") s where bulk.id = s.id");
        }
    }

    private static String ids(int rows, long first, int size) {
        return "select (i * " + STRIDE + ") % " + rows + " + 1 as id from generate_series(" + first + "::bigint, "
                + (first + size - 1) + ") i";
    }

    private static String insert(long first, long last) {
        return """
                insert into bulk select i, i %% 1000, (i %% 100000) / 7.0, 'name ' || i, md5(i::text) || md5((i + 1)::text),
                  timestamptz '2026-01-01 00:00:00+00' + i * interval '1 second', i %% 2 = 0, null
                from generate_series(%d::bigint, %d) i""".formatted(first, last);
    }
}
