package io.penstock.source.publication;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.TableDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sets replica identities where the log would otherwise not identify old rows, and puts them back. What was there before is kept in
 * {@code penstock.replica_identity}, written in the same transaction as the change. One thread.
 */
final class ReplicaIdentities {
    private final Connection connection;
    private final TaskNames names;

    ReplicaIdentities(Connection connection, TaskNames names) {
        this.connection = connection;
        this.names = names;
    }

    /**
     * The clause the table needs, empty when its identity serves as it is.
     *
     * @param whole whether old rows are needed with all their columns
     */
    static Optional<String> needed(TableDefinition table, boolean whole) {
        if (table.kind() != TableDefinition.Kind.TABLE
                || table.unlogged()
                || table.identity() == ReplicaIdentity.FULL) {
            return Optional.empty();
        }
        String keyIndex = table.keyIndex();
        if (keyIndex == null || whole) {
            return Optional.of("full");
        }
        boolean primary = table.constraints().stream()
                .anyMatch(c -> c.kind() == ConstraintDefinition.Kind.PRIMARY_KEY
                        && c.name().equals(keyIndex));
        if (primary) {
            return table.identity() == ReplicaIdentity.NOTHING ? Optional.of("default") : Optional.empty();
        }
        boolean set = table.identity() == ReplicaIdentity.INDEX;
        return set ? Optional.empty() : Optional.of("using index " + Identifiers.quote(keyIndex));
    }

    /** One transaction: remember, then change. The caller retries when the table is locked. */
    void set(TableDefinition table, String clause) throws SQLException {
        String remember = """
                insert into penstock.replica_identity
                select ?, c.oid,
                       coalesce(other.previous, c.relreplident),
                       case when other.previous is null
                            then (select i.indexrelid::regclass::text from pg_index i
                                   where i.indrelid = c.oid and i.indisreplident)
                            else other.previous_index end
                  from pg_class c
                  left join lateral (select previous, previous_index from penstock.replica_identity r
                                      where r.relation = c.oid order by task limit 1) other on true
                 where c.oid = ?
                on conflict do nothing""";
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(remember)) {
            statement.setString(1, names.task());
            statement.setLong(2, Integer.toUnsignedLong(table.oid()));
            statement.executeUpdate();
            alter(table.name().toString(), clause);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /**
     * The tables whose old rows are needed with all their columns, by the names that tasks have told, and their partitions. A table stays
     * one of them when it gets another name.
     */
    Set<Integer> whole() throws SQLException {
        String remember = """
                with recursive line(task, oid) as (
                  select w.task, c.oid
                    from penstock.whole_rows w
                    join pg_namespace n on n.nspname = w.schema_name
                    join pg_class c on c.relnamespace = n.oid and c.relname = w.table_name
                   where w.relation = 0
                  union
                  select l.task, i.inhrelid
                    from line l
                    join pg_inherits i on i.inhparent = l.oid
                    join pg_class c on c.oid = i.inhrelid and c.relispartition)
                insert into penstock.whole_rows select task, '', '', oid from line
                on conflict do nothing""";
        Set<Integer> oids = new HashSet<>();
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(remember);
            try (ResultSet rows =
                    statement.executeQuery("select distinct relation from penstock.whole_rows where relation <> 0")) {
                while (rows.next()) {
                    oids.add((int) rows.getLong(1));
                }
            }
        }
        return oids;
    }

    /** What another task changed on these tables, this one needs as well; the last of them puts it back. */
    void share(Collection<TableDefinition> tables) throws SQLException {
        String sql = """
                insert into penstock.replica_identity
                select distinct on (r.relation) ?, r.relation, r.previous, r.previous_index
                  from penstock.replica_identity r
                 where r.relation in (select unnest(cast(? as oid[])))
                 order by r.relation, r.task
                on conflict do nothing""";
        String oids = tables.stream()
                .map(table -> Integer.toUnsignedString(table.oid()))
                .collect(Collectors.joining(",", "{", "}"));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, names.task());
            statement.setString(2, oids);
            statement.executeUpdate();
        }
    }

    /** What the task changed and no other task needs. */
    List<Change> changed() throws SQLException {
        String sql = """
                select c.oid, n.nspname, c.relname, r.previous,
                       case when to_regclass(r.previous_index) is not null then r.previous_index end
                  from penstock.replica_identity r
                  join pg_class c on c.oid = r.relation
                  join pg_namespace n on n.oid = c.relnamespace
                 where r.task = ?
                   and not exists (select from penstock.replica_identity o
                                    where o.relation = r.relation and o.task <> r.task)
                 order by n.nspname, c.relname""";
        List<Change> changes = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, names.task());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    ReplicaIdentity previous =
                            ReplicaIdentity.of(rows.getString(4).charAt(0));
                    changes.add(new Change(
                            new QualifiedName(rows.getString(2), rows.getString(3)),
                            clause(previous, rows.getString(5))));
                }
            }
        }
        return changes;
    }

    private static String clause(ReplicaIdentity previous, @Nullable String index) {
        return switch (previous) {
            case DEFAULT -> "default";
            case NOTHING -> "nothing";
            case FULL -> "full";
            // The user's index was dropped: as good as nothing, and the only clause that says so.
            case INDEX -> index == null ? "nothing" : "using index " + unqualified(index);
        };
    }

    /** The clause takes the bare name; the index lives in the table's schema. */
    private static String unqualified(String index) {
        List<String> parts = Identifiers.parse(index);
        return Identifiers.quote(parts.get(parts.size() - 1));
    }

    /** A table whose identity was changed and the clause that puts it back. */
    record Change(QualifiedName table, String clause) {
        String sql() {
            return "alter table only " + table + " replica identity " + clause;
        }
    }

    void restore(Change change) throws SQLException {
        alter(change.table().toString(), change.clause());
    }

    void forget() throws SQLException {
        try (PreparedStatement forget =
                connection.prepareStatement("delete from penstock.replica_identity where task = ?")) {
            forget.setString(1, names.task());
            forget.executeUpdate();
        }
    }

    private void alter(String table, String clause) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("alter table only " + table + " replica identity " + clause);
        }
    }
}
