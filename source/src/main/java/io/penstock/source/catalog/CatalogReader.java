package io.penstock.source.catalog;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.task.ObjectSelection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
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
 * <p>Errors: CONNECTION; TRANSIENT when a definition changes meanwhile or is locked; PRECHECK when a column of a selected table has a
 * type that cannot be created elsewhere.
 */
public final class CatalogReader {
    private final Connection connection;

    public CatalogReader(Connection connection) {
        this.connection = connection;
    }

    public Catalog read(ObjectSelection selection) {
        return inOneTransaction(session -> {
            RelationTree tree = RelationTree.select(
                    session.list(RelationQueries.ALL, CatalogScope.NOTHING, CatalogReader::node),
                    session.list(RelationQueries.ALL_LINKS, CatalogScope.NOTHING, CatalogReader::link),
                    selection);
            TypeGraph types = new TypeReader(session).read(CatalogScope.ofTables(tree.oids()));
            Catalog catalog = assemble(session, tree, types);
            TableReader.requireTypes(catalog.tables(), types);
            return catalog;
        });
    }

    /** The given tables, everything they inherit from, and what they need; tables that no longer exist are left out. */
    public Catalog readTables(Collection<Integer> oids) {
        return inOneTransaction(session -> related(session, CatalogScope.ofTables(oids)));
    }

    /** The given types and those they are made of; no tables. */
    public Catalog readTypes(Collection<Integer> oids) {
        return inOneTransaction(session -> related(session, CatalogScope.ofTypes(oids)));
    }

    /** What an image of the same objects holds. */
    static Catalog related(CatalogRows rows, CatalogScope scope) {
        List<RelationTree.Node> nodes = rows.list(RelationQueries.RELATED, scope, CatalogReader::node);
        CatalogScope found =
                new CatalogScope(nodes.stream().map(RelationTree.Node::oid).toList(), scope.types());
        List<RelationTree.Link> links = rows.list(RelationQueries.RELATED_LINKS, found, CatalogReader::link);
        RelationTree tree = RelationTree.select(nodes, links, ObjectSelection.EVERYTHING);
        return assemble(rows, tree, new TypeReader(rows).read(found));
    }

    private static Catalog assemble(CatalogRows rows, RelationTree tree, TypeGraph types) {
        List<TableDefinition> tables = new TableReader(rows).read(tree, types);
        List<SequenceDefinition> sequences = new SequenceReader(rows).read(tree);
        DependencyReader.Dependencies dependencies = new DependencyReader(rows).read(tree.oids(), types);
        List<TypeDefinition> definitions = types.definitions();
        return new Catalog(
                rows.version(),
                schemas(definitions, sequences, tables),
                new ArrayList<>(dependencies.extensions()),
                dependencies.functions(),
                definitions,
                sequences,
                tables);
    }

    private Catalog inOneTransaction(Function<CatalogSession, Catalog> reading) {
        try {
            return connection.getAutoCommit() ? inOwnTransaction(reading) : reading.apply(session());
        } catch (SQLException e) {
            throw CatalogSession.failed(e);
        }
    }

    private Catalog inOwnTransaction(Function<CatalogSession, Catalog> reading) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level repeatable read read only");
            Catalog catalog = reading.apply(session());
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

    private CatalogSession session() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('server_version_num')::int")) {
            row.next();
            return new CatalogSession(connection, row.getInt(1));
        }
    }

    private static RelationTree.Node node(CatalogRow row) {
        return new RelationTree.Node(
                row.oid("oid"),
                new QualifiedName(row.text("nspname"), row.text("relname")),
                row.character("relkind") == 'p');
    }

    private static RelationTree.Link link(CatalogRow row) {
        return new RelationTree.Link(row.oid("inhrelid"), row.oid("inhparent"), row.flag("relispartition"));
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
