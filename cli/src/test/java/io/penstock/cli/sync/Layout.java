package io.penstock.cli.sync;

import io.penstock.core.task.TaskSpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How a parallel destination stores and distributes the tables of a scenario. */
enum Layout {
    HEAP("heap", Map.of(), ""),
    AO_ROW("ao_row", Map.of("compresstype", "zlib"), ""),
    AO_COLUMN("ao_column", Map.of("compresstype", "zlib", "compresslevel", "1", "blocksize", "65536"), ""),
    /** As somebody may have made the tables by hand: no unique key can exist. */
    RANDOM("heap", Map.of(), "randomly"),
    RANDOM_APPENDED("ao_column", Map.of(), "randomly"),
    REPLICATED("heap", Map.of(), "replicated");

    /** Tables that are neither parents nor children, which share their distribution. */
    private static final String TABLES = """
            select c.oid::regclass::text,
                   array(select quote_ident(conname) from pg_constraint where conrelid = c.oid and contype in ('p', 'u', 'x')),
                   array(select i.indexrelid::regclass::text from pg_index i
                          where i.indrelid = c.oid and i.indisunique
                            and not exists (select 1 from pg_constraint where conindid = i.indexrelid)),
                   (select string_agg(quote_ident(attname), ', ') from pg_attribute
                     where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '')
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind = 'r' and n.nspname !~ '^(pg_|gp_|information_schema|penstock)'
               and not exists (select 1 from pg_inherits where c.oid in (inhrelid, inhparent))""";

    private final String storage;
    private final Map<String, String> options;
    private final String distribution;

    Layout(String storage, Map<String, String> options, String distribution) {
        this.storage = storage;
        this.options = options;
        this.distribution = distribution;
    }

    TaskSpec of(TaskSpec spec) {
        return SpecChange.storage(spec, storage, options);
    }

    /** After the copy, which has distributed the tables by their keys. */
    void rearrange(SyncBed bed) throws SQLException {
        if (distribution.isEmpty()) {
            return;
        }
        List<String> statements = new ArrayList<>();
        try (Connection connection = bed.connectDestination();
                Statement query = connection.createStatement();
                ResultSet rows = query.executeQuery(TABLES)) {
            while (rows.next()) {
                String table = rows.getString(1);
                for (String constraint : (String[]) rows.getArray(2).getArray()) {
                    statements.add("alter table " + table + " drop constraint " + constraint + " cascade");
                }
                for (String index : (String[]) rows.getArray(3).getArray()) {
                    statements.add("drop index " + index);
                }
                statements.addAll(distribute(table, rows.getString(4)));
            }
        }
        bed.destination(statements.toArray(new String[0]));
    }

    /** Greenplum 7.0 makes large values unreadable when it moves rows; nothing moves for "randomly". */
    private List<String> distribute(String table, String columns) {
        String set = "alter table " + table + " set distributed " + distribution;
        if (this != REPLICATED) {
            return List.of(set);
        }
        return List.of(
                "create temporary table moving as select " + columns + " from " + table + " distributed randomly",
                "delete from " + table,
                set,
                "insert into " + table + " (" + columns + ") overriding system value select " + columns
                        + " from moving",
                "drop table moving");
    }
}
