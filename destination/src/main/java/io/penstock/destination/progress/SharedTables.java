package io.penstock.destination.progress;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.TableMapping;
import io.penstock.postgres.expression.Label;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Which destination tables hold rows of more than one source table, of this task or another. A task that is released leaves its rows
 * behind; where others share them, that is kept until the last task is released. One thread.
 */
public final class SharedTables {
    /** Survives the task. */
    static final String LEFT_ROWS = "left_rows";

    private final Connection connection;
    private final String task;

    public SharedTables(Connection connection, String task) {
        this.connection = connection;
        this.task = task;
    }

    /** Who else brings rows into the table, or has left some there, for a person: {@code task: source table}. */
    public List<String> others(TableMapping table) throws SQLException {
        return sharing(table).stream().map(Sharing::toString).toList();
    }

    /** Those of them whose rows nothing tells from the table's own: where either has no label, or both have the same. */
    public List<String> indistinct(TableMapping table) throws SQLException {
        List<String> indistinct = new ArrayList<>();
        for (Sharing other : sharing(table)) {
            if (!distinct(table, other.mapping())) {
                indistinct.add(other.toString());
            }
        }
        return indistinct;
    }

    /** @param released whether the task is gone and its rows have stayed */
    private record Sharing(String task, TableMapping mapping, boolean released) {
        @Override
        public String toString() {
            return task + ": " + mapping.source() + (released ? ", released" : "");
        }
    }

    private List<Sharing> sharing(TableMapping table) throws SQLException {
        String sql = """
                select task, mapping, released
                  from (select task, source, destination, mapping, false as released from penstock.progress_tables
                        union all
                        select task, source, destination, mapping, true from penstock.left_rows l
                         where not exists (
                           select 1 from penstock.progress_tables t
                            where t.task = l.task and t.source = l.source and t.destination = l.destination)) s
                 where destination = ? and not (task = ? and source = ?) order by task, source""";
        List<Sharing> others = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, table.destination().toString());
            query.setString(2, task);
            query.setString(3, table.source().toString());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    others.add(new Sharing(row.getString(1), MappingJson.read(row.getString(2)), row.getBoolean(3)));
                }
            }
        }
        return others;
    }

    /** The values are compared as the table's columns hold them. */
    private boolean distinct(TableMapping one, TableMapping other) throws SQLException {
        if (!one.labelled() || !other.labelled()) {
            return false;
        }
        RowRule mine = rule(one);
        RowRule theirs = rule(other);
        for (RowRule.Expression label : mine.labels()) {
            for (RowRule.Expression same : theirs.labels()) {
                if (same.column().equals(label.column())
                        && differ(
                                one.destination(),
                                label.column(),
                                Label.value(mine, label),
                                Label.value(theirs, same))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static RowRule rule(TableMapping table) {
        return Objects.requireNonNull(table.rule(), "a table with a label has a rule");
    }

    private boolean differ(QualifiedName table, String column, String one, String other) throws SQLException {
        String type = type(table, column);
        String sql = "select (" + one + ")::" + type + " <> (" + other + ")::" + type;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private String type(QualifiedName table, String column) throws SQLException {
        String sql = """
                select pg_catalog.format_type(atttypid, atttypmod) from pg_catalog.pg_attribute
                 where attrelid = cast(? as text)::regclass and attname = ? and not attisdropped""";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, table.toString());
            query.setString(2, column);
            try (ResultSet row = query.executeQuery()) {
                // Where the column is gone nothing can be written either.
                return row.next() ? row.getString(1) : "text";
            }
        }
    }

    /** Keeps in mind, when the task is released, that its rows stay in tables into which others go on bringing theirs. */
    void leave() throws SQLException {
        leave("t.task = ?", "o.task <> t.task", task);
    }

    /** The same of one table that the task follows no longer; others of the task may share its rows' table too. */
    void leave(QualifiedName source) throws SQLException {
        leave("t.task = ? and t.source = ?", "(o.task, o.source) <> (t.task, t.source)", task, source.toString());
    }

    /**
     * @param leaving says which records {@code t} go, with a parameter for each value
     * @param others says which records {@code o} are not among them
     */
    private void leave(String leaving, String others, String... values) throws SQLException {
        String again = """
                delete from penstock.left_rows l where exists (
                  select 1 from penstock.progress_tables t
                   where %s and t.task = l.task and t.source = l.source and t.destination = l.destination)""".formatted(leaving);
        String sql = """
                insert into penstock.left_rows (task, source, destination, mapping)
                select task, source, destination, mapping from penstock.progress_tables t
                 where %s and exists (
                   select 1 from penstock.progress_tables o where o.destination = t.destination and %s)""".formatted(leaving, others);
        for (String statement : List.of(again, sql)) {
            try (PreparedStatement change = connection.prepareStatement(statement)) {
                for (int i = 0; i < values.length; i++) {
                    change.setString(i + 1, values[i]);
                }
                change.executeUpdate();
            }
        }
    }

    /** Those of the names into which other tasks bring rows, or have left some; empty too where no task has ever run. */
    public Set<QualifiedName> ofOtherTasks(Collection<QualifiedName> names) throws SQLException {
        Set<QualifiedName> shared = new LinkedHashSet<>();
        if (names.isEmpty()) {
            return shared;
        }
        Set<String> destinations = new LinkedHashSet<>();
        for (String kept : List.of("progress_tables", LEFT_ROWS)) {
            destinations.addAll(destinations(kept));
        }
        names.stream().filter(n -> destinations.contains(n.toString())).forEach(shared::add);
        return shared;
    }

    private Set<String> destinations(String kept) throws SQLException {
        Set<String> destinations = new LinkedHashSet<>();
        try (Statement exists = connection.createStatement();
                ResultSet row = exists.executeQuery("select to_regclass('penstock." + kept + "') is not null")) {
            if (!row.next() || !row.getBoolean(1)) {
                return destinations;
            }
        }
        try (PreparedStatement query =
                connection.prepareStatement("select distinct destination from penstock." + kept + " where task <> ?")) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    destinations.add(row.getString(1));
                }
            }
        }
        return destinations;
    }
}
