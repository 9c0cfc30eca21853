package io.penstock.postgres.expression;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * The collation that texts of a database have unless somebody says otherwise (PostgreSQL documentation, section 24.1 "Locale Support").
 * Spellings that mean the same are one.
 *
 * @param order by what texts are ordered
 * @param letters by what letters are known and change their case
 */
public record DefaultCollation(String order, String letters) {
    private static final String BYTES = "C";

    /** Columns that only newer servers have are looked up by name. */
    public static DefaultCollation read(Connection connection) throws SQLException {
        String sql = """
                select d.datcollate::text, d.datctype::text, coalesce(d.j ->> 'datlocprovider', 'c'),
                       coalesce(d.j ->> 'datlocale', d.j ->> 'daticulocale', '') || coalesce(' ' || (d.j ->> 'daticurules'), '')
                  from (select b.*, pg_catalog.row_to_json(b) as j from pg_catalog.pg_database b
                         where b.datname = pg_catalog.current_database()) d""";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return of(row.getString(3), row.getString(4), row.getString(1), row.getString(2));
        }
    }

    /**
     * @param provider {@code datlocprovider}
     * @param locale of a provider other than libc
     */
    static DefaultCollation of(String provider, String locale, String collate, String ctype) {
        return switch (provider) {
            case "i" -> new DefaultCollation("ICU " + locale, "ICU " + locale);
            // Its locales order by code point, as bytes do in UTF-8.
            case "b" -> new DefaultCollation(BYTES, locale.equals(BYTES) ? BYTES : "builtin " + locale);
            default -> {
                String order = spelled(collate);
                yield new DefaultCollation(order.equals("C.utf8") ? BYTES : order, spelled(ctype));
            }
        };
    }

    private static String spelled(String name) {
        if (name.equals("POSIX")) {
            return BYTES;
        }
        int dot = name.indexOf('.');
        return dot < 0
                ? name
                : name.substring(0, dot + 1)
                        + name.substring(dot + 1).toLowerCase(Locale.ROOT).replace("-", "");
    }
}
