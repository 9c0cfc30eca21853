package io.penstock.destination.schema;

import io.penstock.core.check.Finding;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationDemands;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.progress.SharedTables;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.postgres.server.ServerFacts;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One session at the destination for definitions. One thread. */
public final class SchemaWriter implements DestinationSchema {
    private final Connection connection;
    private final ServerFacts facts;
    private final Dialect dialect;
    private final TableWishes wishes;
    private final String endpoint;
    private final String task;

    public SchemaWriter(PgConnector connector, String task) {
        this(connector, task, TableWishes.NONE);
    }

    /** @param wishes what the task file says about the tables */
    public SchemaWriter(PgConnector connector, String task, TableWishes wishes) {
        this.task = task;
        connection = connector.open(SessionSettings.destination());
        endpoint = connector.describe();
        this.wishes = wishes;
        try {
            facts = ServerFacts.read(connection);
            dialect = Dialect.of(CapabilityReader.read(connection, facts, wishes.kind(), endpoint));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public List<Finding> check(Catalog catalog, DestinationNames names, DestinationDemands demands) {
        Catalog wanted = DestinationView.of(catalog, names);
        Set<QualifiedName> shared = sharedWithOtherTasks(demands.shareable());
        try {
            List<Finding> findings =
                    new ArrayList<>(new DestinationChecks(new DestinationCatalog(connection), facts, dialect)
                            .run(wanted, demands, shared));
            if (demands.create()) {
                Layouts layouts = Layouts.of(dialect, wishes, catalog, wanted, names);
                findings.addAll(new LayoutChecks(wishes, layouts).run());
                findings.add(new StorageTrial(connection, layouts).run());
            }
            return findings;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "check the destination", endpoint);
        }
    }

    @Override
    public Set<QualifiedName> sharedWithOtherTasks(Collection<QualifiedName> tables) {
        try {
            return new SharedTables(connection, task).ofOtherTasks(tables);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look who else brings rows into the tables", endpoint);
        }
    }

    /** Every table has the same, and so has this one: what there is differs by kind and version. */
    @Override
    public Set<String> systemColumns() {
        String sql = "select attname from pg_catalog.pg_attribute"
                + " where attrelid = 'pg_catalog.pg_attribute'::pg_catalog.regclass and attnum < 0";
        Set<String> names = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                names.add(row.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the system's columns", endpoint);
        }
    }

    @Override
    public List<SchemaStep> plan(Catalog catalog, DestinationNames names) {
        Layouts layouts = Layouts.of(dialect, wishes, catalog, DestinationView.of(catalog, names), names);
        return new SchemaPlanner(layouts.dialect()).plan(layouts.keyed());
    }

    @Override
    public SchemaChanges changes(SchemaDelta delta, FollowedDdl followed, DestinationNames names) {
        Set<Integer> shared = delta.rewritten().isEmpty() ? Set.of() : shared(delta.after(), names);
        return new SharedDrops(delta, names, sharedWithOtherTasks(SharedDrops.tables(delta, names)))
                .of(kept -> new SchemaDifference(dialect, wishes).between(kept, followed, names, shared));
    }

    /** Oids of the tables into which other tasks bring rows. */
    private Set<Integer> shared(Catalog catalog, DestinationNames names) {
        Map<Integer, QualifiedName> destinations = new HashMap<>();
        catalog.tables().forEach(t -> destinations.put(t.oid(), names.object(t.oid(), t.name())));
        Set<QualifiedName> shared = sharedWithOtherTasks(destinations.values());
        destinations.values().retainAll(shared);
        return destinations.keySet();
    }

    @Override
    public RuleTrial tryRule(TableDefinition table, RuleText rule, Map<String, String> types, List<SchemaStep> first) {
        if (dialect.distributes()
                && table.kind() == TableDefinition.Kind.TABLE
                && table.keyColumns().isEmpty()) {
            String key = rule.where() != null
                    ? RuleTrial.WHERE
                    : RuleTrial.set(rule.set().keySet().iterator().next());
            return RuleTrial.refused(new RuleTrial.Problem(key, RuleTrial.KEYLESS_ON_SEGMENTS));
        }
        try {
            connection.setAutoCommit(false);
            try {
                for (SchemaStep step : first) {
                    inTransaction(step);
                }
                return new DestinationTrial(connection, table, rule, types).run();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "try the expressions for " + table.name(), endpoint);
        }
    }

    @Override
    public boolean run(SchemaStep step) {
        if (step.statements().isEmpty()) {
            return false;
        }
        try {
            connection.setAutoCommit(false);
            boolean created = inTransaction(step);
            connection.commit();
            connection.setAutoCommit(true);
            return created;
        } catch (SQLException e) {
            rollback(e);
            throw SqlErrors.wrap(e, "create " + step.object(), endpoint);
        } catch (RuntimeException e) {
            rollback(e);
            throw e;
        }
    }

    private boolean inTransaction(SchemaStep step) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (exists(statement, step)) {
                return false;
            }
            for (String sql : step.statements()) {
                statement.execute(sql);
            }
            return true;
        }
    }

    private boolean exists(Statement statement, SchemaStep step) throws SQLException {
        try (ResultSet row = statement.executeQuery(step.existsSql())) {
            if (!row.next()) {
                throw new PenstockException(
                        ErrorKind.INTERNAL, "The existence check of " + step.object() + " returned no row.");
            }
            return row.getBoolean(1);
        }
    }

    /** The first failure is the one to report; a connection that is gone has rolled back by itself. */
    private void rollback(Exception cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public Optional<DestinationTable> table(QualifiedName name) {
        try {
            return new DestinationCatalog(connection).table(name);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the definition of " + name, endpoint);
        }
    }

    @Override
    public boolean hasRows(QualifiedName table) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select exists (select 1 from " + table + ")")) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look for rows in " + table, endpoint);
        }
    }

    /** Cuts the connection: a statement that another thread has under way ends with it. */
    @Override
    public void close() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "close a session", endpoint);
        }
    }
}
