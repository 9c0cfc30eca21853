package io.penstock.source.catalog;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The session in which one picture of the catalog is read. Every query takes its objects as arrays of oids, so that one query serves
 * one table as well as all of them.
 *
 * @param version {@code server_version_num}
 */
record CatalogSession(Connection connection, int version) {
    /** Makes one object of one row. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** The text of a query for this server: {@code then} where it has what version {@code major} brought. */
    String since(int major, String then, String otherwise) {
        return version >= major * 10_000 ? then : otherwise;
    }

    /** @param objects one array for each {@code ?} */
    @SafeVarargs
    final <T> List<T> list(String sql, Row<T> row, Collection<Integer>... objects) throws SQLException {
        List<T> list = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int i = 0; i < objects.length; i++) {
                query.setString(i + 1, oids(objects[i]));
            }
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    list.add(row.read(rows));
                }
            }
        }
        return list;
    }

    /** As {@link #list}, by the oid in the first column. */
    @SafeVarargs
    final <T> Map<Integer, List<T>> byOid(String sql, Row<T> row, Collection<Integer>... objects) throws SQLException {
        record Entry<T>(int oid, T value) {}
        Map<Integer, List<T>> map = new LinkedHashMap<>();
        for (Entry<T> e : list(sql, r -> new Entry<>(oid(r, 1), row.read(r)), objects)) {
            map.computeIfAbsent(e.oid(), oid -> new ArrayList<>()).add(e.value());
        }
        return map;
    }

    private static String oids(Collection<Integer> objects) {
        return objects.stream().map(Integer::toUnsignedString).collect(Collectors.joining(",", "{", "}"));
    }

    /** Oids are unsigned 32 bit numbers. */
    static int oid(ResultSet row, int column) throws SQLException {
        return (int) row.getLong(column);
    }

    static int oid(ResultSet row, String column) throws SQLException {
        return (int) row.getLong(column);
    }

    static char character(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null || text.isEmpty() ? ' ' : text.charAt(0);
    }

    static @Nullable QualifiedName name(ResultSet row, String schema, String object) throws SQLException {
        String found = row.getString(object);
        return found == null ? null : new QualifiedName(row.getString(schema), found);
    }

    /** The server's deparsing functions look at the catalog of this moment, not at the snapshot: an object just dropped gives null. */
    static String deparsed(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        if (text == null) {
            throw new PenstockException(
                    ErrorKind.TRANSIENT, "A definition changed at the source while the catalog was being read.");
        }
        return text;
    }
}
