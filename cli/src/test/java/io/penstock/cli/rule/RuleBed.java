package io.penstock.cli.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SpecChange;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.ColumnsSpec;
import io.penstock.core.task.TableSpec;
import io.penstock.testkit.EmbeddedServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A task with rules. The oracle is SQL over the source. */
final class RuleBed implements AutoCloseable {
    private final SyncBed bed;
    private final Map<QualifiedName, TableSpec> tables = new LinkedHashMap<>();

    RuleBed(EmbeddedServer source, EmbeddedServer destination) throws SQLException {
        bed = new SyncBed(source, destination);
    }

    /** Columns and their expressions, in this order. */
    static Map<String, String> set(String... columnsAndExpressions) {
        Map<String, String> set = new LinkedHashMap<>();
        for (int i = 0; i < columnsAndExpressions.length; i += 2) {
            set.put(columnsAndExpressions[i], columnsAndExpressions[i + 1]);
        }
        return set;
    }

    /** @param where null for none */
    RuleBed rule(String table, @Nullable String where, Map<String, String> set) {
        tables.put(QualifiedName.parse("public." + table), spec(where, set));
        bed.with(spec -> SpecChange.tables(spec, tables));
        return this;
    }

    private static TableSpec spec(@Nullable String where, Map<String, String> set) {
        return new TableSpec(
                Optional.empty(),
                new ColumnsSpec(List.of(), Map.of(), set),
                Optional.ofNullable(where),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    SyncBed bed() {
        return bed;
    }

    RuleBed source(String... statements) throws SQLException {
        bed.source(statements);
        return this;
    }

    RuleBed sync() {
        bed.sync();
        return this;
    }

    /** The destination's table must hold exactly what the query gives at the source. */
    void assertRows(String destination, String sourceQuery) throws SQLException {
        assertThat(atDestination("select * from " + destination))
                .as("rows of %s", destination)
                .isEqualTo(atSource(sourceQuery));
    }

    List<String> atSource(String query) throws SQLException {
        try (Connection connection = bed.connectSource()) {
            return rows(connection, query);
        }
    }

    List<String> atDestination(String query) throws SQLException {
        try (Connection connection = bed.connectDestination()) {
            return rows(connection, query);
        }
    }

    /** As texts, sorted, large values by their hash. */
    private static List<String> rows(Connection connection, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("set timezone = 'UTC'; set extra_float_digits = 3");
            try (ResultSet row = statement.executeQuery(query)) {
                int columns = row.getMetaData().getColumnCount();
                while (row.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        String value = row.getString(i);
                        boolean large = value != null && value.length() > 200;
                        values.add(large ? value.length() + ":" + value.hashCode() : String.valueOf(value));
                    }
                    rows.add(String.join("|", values));
                }
            }
        }
        Collections.sort(rows);
        return rows;
    }

    @Override
    public void close() {
        bed.close();
    }
}
