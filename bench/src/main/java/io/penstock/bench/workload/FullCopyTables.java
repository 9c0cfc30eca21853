package io.penstock.bench.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Tables for a full copy: pgbench's, events with every usual type, documents beyond a page, and very wide rows. */
final class FullCopyTables {
    private static final int WIDE_COLUMNS = 60;
    /** Texts of about 13 kB that hardly compress, so that they are stored beside the table. */
    private static final int DOCUMENT_PARTS = 400;

    private FullCopyTables() {}

    static Workload workload(Sizes sizes) {
        List<String> tables = new ArrayList<>(TpcB.tables());
        tables.add("""
                create table events (id bigint not null, at timestamptz not null, actor uuid, kind text, amount numeric(18,4),
                  payload jsonb)""");
        tables.add("create table documents (id int not null, title text, body text)");
        tables.add(wideTable());
        List<String> keys = new ArrayList<>(TpcB.keys());
        keys.add("alter table events add primary key (id)");
        keys.add("create index events_at on events (at)");
        keys.add("alter table documents add primary key (id)");
        keys.add("alter table wide add primary key (c1)");
        List<String> load = new ArrayList<>(TpcB.load(sizes.scale(), sizes.accounts()));
        load.add(events(sizes.events()));
        load.add(documents(sizes.documents()));
        load.add(wideRows(sizes.wideRows()));
        long rows =
                (long) sizes.scale() * (sizes.accounts() + 11L) + sizes.events() + sizes.documents() + sizes.wideRows();
        return new Workload(
                "F1",
                "full copy, keys and indexes included",
                Workload.Kind.FULL,
                tables,
                keys,
                load,
                List.of(),
                Workload.Destination.SAME,
                Workload.Changes.NONE,
                rows);
    }

    private static String events(int rows) {
        return """
                insert into events select i, timestamptz '2026-01-01 00:00:00+00' + i * interval '1 second', md5('a' || i)::uuid,
                  'kind ' || i %% 20, (i * 7919 %% 1000003) / 13.0,
                  jsonb_build_object('n', i, 'name', md5(i::text), 'on', i %% 3 = 0, 'tags', jsonb_build_array('t' || i %% 10, i %% 7))
                from generate_series(1::bigint, %d) i""".formatted(rows);
    }

    private static String documents(int rows) {
        return """
                insert into documents select i, 'document ' || i,
                  (select string_agg(md5((i * 1000 + j)::text), '') from generate_series(1, %d) j)
                from generate_series(1, %d) i""".formatted(DOCUMENT_PARTS, rows);
    }

    private static String wideTable() {
        StringJoiner columns = new StringJoiner(", ", "create table wide (c1 int not null, ", ")");
        for (int i = 2; i <= WIDE_COLUMNS; i++) {
            columns.add("c" + i + " " + wideType(i));
        }
        return columns.toString();
    }

    private static String wideType(int column) {
        return switch (column % 6) {
            case 0 -> "bigint";
            case 1 -> "text";
            case 2 -> "numeric(14,3)";
            case 3 -> "timestamptz";
            case 4 -> "double precision";
            default -> "int";
        };
    }

    private static String wideRows(int rows) {
        StringJoiner values =
                new StringJoiner(", ", "insert into wide select i, ", " from generate_series(1, " + rows + ") i");
        for (int i = 2; i <= WIDE_COLUMNS; i++) {
            values.add(wideValue(i));
        }
        return values.toString();
    }

    private static String wideValue(int column) {
        return switch (column % 6) {
            case 0 -> "i::bigint * " + column;
            case 1 -> "case when i % 5 = 0 then null else 'text ' || i % " + (column * 100) + " end";
            case 2 -> "i / " + column + ".0";
            case 3 -> "timestamptz '2026-01-01 00:00:00+00' + i * interval '" + column + " seconds'";
            case 4 -> "i / " + column + "::double precision";
            default -> "i % " + (column * 1000);
        };
    }
}
