package io.penstock.cli.sync;

import io.penstock.core.task.TaskSpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a parallel destination stores and distributes the tables of a scenario. */
enum Layout {
    HEAP("heap", "", ""),
    AO_ROW("ao_row", "compresstype=zlib", ""),
    AO_COLUMN("ao_column", "compresstype=zlib compresslevel=1 blocksize=65536", ""),
    /** As somebody may have made the tables by hand: no unique key can exist. */
    RANDOM("heap", "", "randomly"),
    RANDOM_APPENDED("ao_column", "", "randomly"),
    REPLICATED("heap", "", "replicated");

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
    private final String options;
    private final String distribution;

    Layout(String storage, String options, String distribution) {
        this.storage = storage;
        this.options = options;
        this.distribution = distribution;
    }

    TaskSpec of(TaskSpec spec) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String option : options.split(" ", -1)) {
            int equals = option.indexOf('=');
            if (equals > 0) {
                map.put(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        return SpecChange.storage(spec, storage, map);
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
