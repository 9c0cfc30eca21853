package io.penstock.source.catalog;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.task.ObjectSelection;
import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the definitions of the selected tables and of what they need, from a server of version 10 to 18. A fixed number of queries,
 * whatever the number of tables, in one REPEATABLE READ READ ONLY transaction.
 *
 * <p>The session's search path must hold nothing but {@code pg_catalog}, so that the server qualifies every name it writes. A session
 * in autocommit gets a transaction of its own; otherwise the caller's is used. One thread.
 *
 * <p>Read are ordinary and partitioned tables, unlogged ones included; never temporary tables, members of extensions, system schemas.
 * Not read, because they are not part of what is kept equal: triggers, rules, policies, grants, owners, tablespaces, storage
 * parameters, statistics objects, column statistics and compression.
 *
 * <p>Errors: CONNECTION; TRANSIENT when a definition changes meanwhile or is locked; PRECHECK when a column has a type that cannot be
 * created elsewhere.
 */
public final class CatalogReader {
    private static final String CANDIDATES = """
            select c.oid, n.nspname, c.relname, c.relkind
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p') and c.relpersistence <> 't'
               and not exists (select from pg_depend d
                                where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')""";

    private final Connection connection;

    public CatalogReader(Connection connection) {
        this.connection = connection;
    }

    public Catalog read(ObjectSelection selection) {
        try {
            return connection.getAutoCommit() ? inOwnTransaction(selection) : catalog(selection);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the catalog of the source");
        }
    }

    private Catalog inOwnTransaction(ObjectSelection selection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level repeatable read read only");
            Catalog catalog = catalog(selection);
            leaveTransaction();
            return catalog;
        } catch (SQLException | RuntimeException e) {
            try {
                leaveTransaction();
            } catch (SQLException second) {
                // The first failure is the one to report; a connection that is gone has rolled back by itself.
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private void leaveTransaction() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    private Catalog catalog(ObjectSelection selection) throws SQLException {
        CatalogSession session = new CatalogSession(connection, version());
        RelationTree tree =
                RelationTree.select(session.list(CANDIDATES, CatalogReader::node), links(session), selection);
        TypeGraph types = new TypeReader(session).read(tree.oids());
        List<TableDefinition> tables = new TableReader(session).read(tree, types);
        List<SequenceDefinition> sequences = new SequenceReader(session).read(tree);
        DependencyReader.Dependencies dependencies = new DependencyReader(session).read(tree.oids(), types);
        List<TypeDefinition> definitions = types.definitions();
        return new Catalog(
                session.version(),
                schemas(definitions, sequences, tables),
                new ArrayList<>(dependencies.extensions()),
                dependencies.functions(),
                definitions,
                sequences,
                tables);
    }

    private int version() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('server_version_num')::int")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static RelationTree.Node node(ResultSet row) throws SQLException {
        return new RelationTree.Node(
                CatalogSession.oid(row, "oid"),
                new QualifiedName(row.getString("nspname"), row.getString("relname")),
                CatalogSession.character(row, "relkind") == 'p');
    }

    /** A partition whose DETACH CONCURRENTLY waits for its second half is no longer seen through its parent. */
    private static List<RelationTree.Link> links(CatalogSession session) throws SQLException {
        String sql = """
                select i.inhrelid, i.inhparent, c.relispartition
                  from pg_inherits i
                  join pg_class c on c.oid = i.inhrelid
                 where c.relkind in ('r', 'p') %s
                 order by i.inhrelid, i.inhseqno""".formatted(session.since(14, "and not i.inhdetachpending", ""));
        return session.list(
                sql,
                row -> new RelationTree.Link(
                        CatalogSession.oid(row, 1), CatalogSession.oid(row, 2), row.getBoolean(3)));
    }

    private static List<String> schemas(
            List<TypeDefinition> types, List<SequenceDefinition> sequences, List<TableDefinition> tables) {
        Stream<QualifiedName> names = Stream.of(
                        types.stream().map(TypeDefinition::name),
                        sequences.stream().map(SequenceDefinition::name),
                        tables.stream().map(TableDefinition::name))
                .flatMap(s -> s);
        return names.map(QualifiedName::schema).distinct().sorted().toList();
    }
}
