package io.penstock.source.setup;

import static java.util.stream.Collectors.joining;

import io.penstock.core.name.Identifiers;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.relation.TextSense;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeText;
import io.penstock.postgres.expression.DefaultCollation;
import io.penstock.postgres.expression.Trial;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.core.BaseConnection;

/** Lets the source plan a table's expressions over the table itself, which reads no row. One use, one thread. */
final class SourceTrial {
    private final Connection connection;
    private final TableDefinition table;
    private final RuleText rule;
    private final String from;
    private final List<RuleTrial.Problem> problems = new ArrayList<>();
    private final Map<String, String> types = new LinkedHashMap<>();

    SourceTrial(Connection connection, TableDefinition table, RuleText rule) {
        this.connection = connection;
        this.table = table;
        this.rule = rule;
        String columns = table.copiedColumns().stream()
                .map(c -> Identifiers.quote(c.name()))
                .collect(joining(", "));
        this.from = "from (select " + columns + " from only " + table.name() + ") as "
                + Identifiers.quoteAlways(rule.origin().table());
    }

    RuleTrial run() throws SQLException {
        if (rule.where() != null) {
            note(RuleTrial.WHERE, Trial.of(connection, "explain select 1 " + from + " where (", rule.where(), "\n)"));
        }
        for (Map.Entry<String, String> set : rule.set().entrySet()) {
            set(set.getKey(), set.getValue());
        }
        DefaultCollation collation = DefaultCollation.read(connection);
        TextSense texts = new TextSense(collation.order(), collation.letters(), Set.of(), Set.of());
        return new RuleTrial(problems, types, Set.of(), texts);
    }

    /** Where a condition stands nothing but an expression over one row is allowed. */
    private void set(String column, String sql) throws SQLException {
        String key = RuleTrial.set(column);
        if (note(key, Trial.of(connection, "explain select 1 " + from + " where (", sql, "\n) is null"))) {
            return;
        }
        Optional<ColumnDefinition> replaced = table.copiedColumns().stream()
                .filter(c -> c.name().equals(column))
                .findFirst();
        if (replaced.isPresent()) {
            String type = TypeText.withoutModifier(replaced.get().type());
            note(key, Trial.of(connection, "explain select (", sql, "\n)::" + type + " " + from));
        } else {
            types.put(column, type(sql));
        }
    }

    private boolean note(String key, Optional<Trial.Objection> objection) {
        objection.ifPresent(o -> problems.add(new RuleTrial.Problem(key, "the source says: " + o.message())));
        return objection.isPresent();
    }

    private String type(String sql) throws SQLException {
        BaseConnection driver = connection.unwrap(BaseConnection.class);
        int oid;
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            // Not the bare expression: of a column that counts up the driver would say serial.
            try (ResultSet none =
                    statement.executeQuery("select case when true then (" + sql + "\n) end " + from + " limit 0")) {
                oid = driver.getTypeInfo().getPGType(none.getMetaData().getColumnTypeName(1));
            }
        }
        try (PreparedStatement query = connection.prepareStatement("select pg_catalog.format_type(?::oid, -1)")) {
            query.setLong(1, Integer.toUnsignedLong(oid));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
