package io.penstock.bench.database;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Whether two databases hold the same rows: per table the number of rows and the sum of a 64 bit hash over every row's text, computed
 * on both servers at the same time. Rows of equal text count as often as they are there. Both databases must be at rest.
 */
public final class RowSums {
    /** Text that is the same and exact on every version, whatever the server's defaults are. */
    private static final List<String> SETTINGS = List.of(
            "set extra_float_digits = 3",
            "set datestyle = 'ISO'",
            "set intervalstyle = 'postgres'",
            "set bytea_output = 'hex'",
            "set timezone = 'UTC'",
            "set lc_monetary = 'C'");

    private static final String TABLES = """
            select quote_ident(n.nspname) || '.' || quote_ident(c.relname),
                   (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                     where attrelid = c.oid and attnum > 0 and not attisdropped)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = 'public' and c.relkind = 'r' order by 1""";

    private RowSums() {}

    /** Empty when equal; else one line per table that differs. The tables are the source's, those of schema public. */
    public static List<String> differences(Server source, String sourceDb, Server destination, String destinationDb) {
        Map<String, String> tables = new TreeMap<>();
        try (Session session = source.open(sourceDb)) {
            session.rows(TABLES).forEach(row -> tables.put(row.get(0), row.get(1)));
        }
        CompletableFuture<Map<String, String>> theirs =
                CompletableFuture.supplyAsync(() -> sums(destination, destinationDb, tables));
        Map<String, String> ours = sums(source, sourceDb, tables);
        Map<String, String> other = theirs.join();
        List<String> different = new ArrayList<>();
        ours.forEach((table, sum) -> {
            if (!sum.equals(other.get(table))) {
                different.add(table + ": source " + sum + ", destination " + other.get(table));
            }
        });
        return different;
    }

    private static Map<String, String> sums(Server server, String database, Map<String, String> tables) {
        Map<String, String> sums = new TreeMap<>();
        try (Session session = server.open(database)) {
            session.run(SETTINGS);
            tables.forEach((table, columns) -> {
                List<String> row = session.rows("select count(*), coalesce(sum(('x' || substr(md5(row(" + columns
                                + ")::text), 1, 16))::bit(64)::bigint), 0) from " + table)
                        .get(0);
                sums.put(table, row.get(0) + " rows, sum " + row.get(1));
            });
        }
        return sums;
    }
}
