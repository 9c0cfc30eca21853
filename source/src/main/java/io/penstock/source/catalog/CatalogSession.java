package io.penstock.source.catalog;

import io.penstock.core.error.PenstockException;
import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The session in which one picture of the catalog is read. One thread. */
record CatalogSession(Connection connection, int version) implements CatalogRows {
    private static final Pattern ARRAY =
            Pattern.compile(Pattern.quote(CatalogQuery.TABLES) + "|" + Pattern.quote(CatalogQuery.TYPES));

    @Override
    public <T> List<T> list(CatalogQuery query, CatalogScope scope, Function<CatalogRow, T> row) {
        String text = query.text(version);
        List<String> arrays = ARRAY.matcher(text)
                .results()
                .map(found -> array(found.group().equals(CatalogQuery.TABLES) ? scope.tables() : scope.types()))
                .toList();
        List<T> list = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement(ARRAY.matcher(text).replaceAll("?"))) {
            for (int i = 0; i < arrays.size(); i++) {
                statement.setString(i + 1, arrays.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                CatalogRow current = new ResultRow(rows);
                while (rows.next()) {
                    list.add(row.apply(current));
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
        return list;
    }

    static PenstockException failed(SQLException e) {
        return SqlErrors.wrap(e, "read the catalog of the source");
    }

    private static String array(Collection<Integer> objects) {
        return objects.stream().map(Integer::toUnsignedString).collect(Collectors.joining(",", "{", "}"));
    }
}
