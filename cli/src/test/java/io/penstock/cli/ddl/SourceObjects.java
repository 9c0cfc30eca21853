package io.penstock.cli.ddl;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a database has at the moment, to pick from at random. One thread. */
final class SourceObjects {
    private static final int KEYS = 30;
    private static final String USER_SCHEMA =
            "n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'penstock')";
    private static final String BIG = "(select string_agg(md5(%d::text || i), '') from generate_series(1, 80) i)";

    private final Random random;
    private @Nullable Statement statement;

    /** There is nothing of the kind. */
    static final class None extends SQLException {
        private static final long serialVersionUID = 1;
    }

    private record Column(String name, String type, boolean generated, boolean identity) {}

    SourceObjects(Random random) {
        this.random = random;
    }

    void read(Statement connected) {
        statement = connected;
    }

    String table(String which) throws SQLException {
        String condition =
                switch (which) {
                    case "alone" -> "c.relkind = 'r' and not c.relispartition";
                    case "p" -> "c.relkind = 'p'";
                    case "part" -> "c.relispartition";
                    default -> "c.relkind in ('r', 'p')";
                };
        return one(
                "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                        + " where " + condition + " and c.relpersistence <> 't' and " + USER_SCHEMA);
    }

    String parentOf(String partition) throws SQLException {
        return one("select inhparent::regclass from pg_inherits where inhrelid = '" + partition + "'::regclass");
    }

    String column(String table) throws SQLException {
        return pick(columns(table)).name();
    }

    /** Empty when the table is not there. */
    private List<Column> columns(String table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        String sql = "select quote_ident(a.attname), format_type(a.atttypid, null),"
                + " coalesce(to_jsonb(a) ->> 'attgenerated', '') <> '', a.attidentity = 'a'"
                + " from pg_attribute a where a.attrelid = to_regclass('" + table.replace("'", "''")
                + "') and a.attnum > 0 and not a.attisdropped order by a.attnum";
        try (ResultSet row = statement().executeQuery(sql)) {
            while (row.next()) {
                columns.add(new Column(row.getString(1), row.getString(2), row.getBoolean(3), row.getBoolean(4)));
            }
        }
        return columns;
    }

    /** A value that may suit the column; any when it is not there yet. */
    String value(String table, String column) throws SQLException {
        return columns(table).stream()
                .filter(c -> c.name().equals(column))
                .findFirst()
                .map(c -> value(c.type()))
                .orElse("default");
    }

    private String value(String type) {
        int n = 1 + random.nextInt(KEYS);
        if (random.nextInt(12) == 0) {
            return "null";
        }
        return switch (type) {
            case "integer", "smallint", "bigint", "positive" -> String.valueOf(n);
            case "numeric" -> n + "." + random.nextInt(100);
            case "double precision" -> n + ".25";
            case "boolean" -> n % 2 == 0 ? "true" : "false";
            case "timestamp with time zone" -> "timestamptz '2024-01-01' + " + n + " * interval '1 day'";
            case "uuid" -> "md5('" + n + "')::uuid";
            case "jsonb" -> "'{\"n\": " + n + "}'";
            case "integer[]" -> "array[" + n + ", null]";
            case "text" -> n % 7 == 0 ? BIG.formatted(n) : "'t" + n + "'";
            case "character varying" -> "'v" + n + "'";
            default -> "'one'";
        };
    }

    /** Columns and one to three rows of values; of a table that is only being made, its defaults. */
    String row(String table) throws SQLException {
        List<Column> columns = columns(table).stream()
                .filter(c -> !c.generated() && !c.identity() && random.nextInt(5) != 0)
                .toList();
        if (columns.isEmpty()) {
            return "default values";
        }
        String names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
        List<String> rows = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            rows.add(columns.stream().map(c -> value(c.type())).collect(Collectors.joining(", ", "(", ")")));
        }
        return "(" + names + ") values " + String.join(", ", rows);
    }

    String some(String table) throws SQLException {
        List<Column> columns = columns(table);
        int limit = 1 + random.nextInt(3);
        if (columns.isEmpty() || random.nextInt(4) == 0) {
            return "ctid in (select ctid from " + table + " limit " + limit + ")";
        }
        Column column = pick(columns);
        return random.nextInt(6) == 0 ? "true" : column.name() + " = " + value(column.type());
    }

    String bound() {
        int n = random.nextInt(4);
        return switch (random.nextInt(4)) {
            case 0 -> "for values in (" + n + ")";
            case 1 -> "for values with (modulus 2, remainder " + n % 2 + ")";
            default -> "for values from (" + 10 * n + ") to (" + (10 * n + 10) + ")";
        };
    }

    String constraint(String table) throws SQLException {
        return one("select quote_ident(k.conname) from pg_constraint k where k.conrelid = to_regclass('"
                + table.replace("'", "''") + "')");
    }

    String index(@Nullable String table) throws SQLException {
        String name = table == null ? "format('%I.%I', n.nspname, c.relname)" : "quote_ident(c.relname)";
        String only = table == null ? "" : " and i.indrelid = to_regclass('" + table.replace("'", "''") + "')";
        return one("select " + name + " from pg_index i join pg_class c on c.oid = i.indexrelid"
                + " join pg_namespace n on n.oid = c.relnamespace where " + USER_SCHEMA + only);
    }

    String other(String kind) throws SQLException {
        if (kind.equals("seq")) {
            return one(
                    "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                            + " where c.relkind = 'S' and " + USER_SCHEMA);
        }
        return one(
                "select format('%I.%I', n.nspname, t.typname) from pg_type t join pg_namespace n on n.oid = t.typnamespace"
                        + " where t.typtype = '" + (kind.equals("enum") ? 'e' : 'd') + "' and " + USER_SCHEMA);
    }

    /** One of the rows, in an order that does not depend on the server. */
    private String one(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet row =
                statement().executeQuery("select x::text from (" + sql + ") q(x) order by x::text collate \"C\"")) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return pick(found);
    }

    private Statement statement() {
        return java.util.Objects.requireNonNull(statement);
    }

    private <T> T pick(List<T> list) throws None {
        if (list.isEmpty()) {
            throw new None();
        }
        return list.get(random.nextInt(list.size()));
    }
}
