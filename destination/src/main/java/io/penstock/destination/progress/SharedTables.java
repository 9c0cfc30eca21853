package io.penstock.destination.progress;

import io.penstock.core.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which destination tables hold rows of more than one source table, of this task or another. One thread. */
public final class SharedTables {
    private final Connection connection;
    private final String task;

    public SharedTables(Connection connection, String task) {
        this.connection = connection;
        this.task = task;
    }

    /** Who else brings rows into the table, for a person: {@code task: source table}. */
    public List<String> others(QualifiedName source, QualifiedName destination) throws SQLException {
        String sql = """
                select task || ': ' || source from penstock.progress_tables
                 where destination = ? and not (task = ? and source = ?) order by 1""";
        List<String> others = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, destination.toString());
            query.setString(2, task);
            query.setString(3, source.toString());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    others.add(row.getString(1));
                }
            }
        }
        return others;
    }

    /** Those of the names into which other tasks bring rows; empty too where no task has ever run. */
    public Set<QualifiedName> ofOtherTasks(Collection<QualifiedName> names) throws SQLException {
        Set<QualifiedName> shared = new LinkedHashSet<>();
        if (names.isEmpty()) {
            return shared;
        }
        try (PreparedStatement exists =
                        connection.prepareStatement("select to_regclass('penstock.progress_tables') is not null");
                ResultSet row = exists.executeQuery()) {
            if (!row.next() || !row.getBoolean(1)) {
                return shared;
            }
        }
        Set<String> destinations = new LinkedHashSet<>();
        String sql = "select distinct destination from penstock.progress_tables where task <> ?";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    destinations.add(row.getString(1));
                }
            }
        }
        names.stream().filter(n -> destinations.contains(n.toString())).forEach(shared::add);
        return shared;
    }
}
