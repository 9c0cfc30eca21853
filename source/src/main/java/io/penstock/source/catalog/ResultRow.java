package io.penstock.source.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The row at which a result of the server stands. */
record ResultRow(ResultSet row) implements CatalogRow {
    @Override
    public @Nullable String optional(String column) {
        try {
            return row.getString(column);
        } catch (SQLException e) {
            throw CatalogSession.failed(e);
        }
    }

    @Override
    public long number(String column) {
        try {
            return row.getLong(column);
        } catch (SQLException e) {
            throw CatalogSession.failed(e);
        }
    }

    @Override
    public boolean flag(String column) {
        try {
            return row.getBoolean(column);
        } catch (SQLException e) {
            throw CatalogSession.failed(e);
        }
    }
}
