package io.penstock.source.publication;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.ObjectSelection;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.postgres.server.SchemaOwners;
import io.penstock.source.capture.CaptureProbe;
import io.penstock.source.capture.CaptureSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything a task creates at the source but its slot. One thread. */
public final class SourceObjects {
    private static final Logger log = LoggerFactory.getLogger(SourceObjects.class);
    /** 15 tries of at most two seconds each: a table that stays locked longer needs a person or the engine's own retry. */
    private static final int LOCK_TRIES = 15;

    private final Connection connection;
    private final TaskNames names;
    private final String endpoint;
    private final TaskPublications publications;
    private final CaptureSchema schema;
    private final ReplicaIdentities identities;

    public SourceObjects(Connection connection, TaskNames names, String endpoint) {
        this.connection = connection;
        this.names = names;
        this.endpoint = endpoint;
        this.publications = new TaskPublications(connection, names);
        this.schema = new CaptureSchema(connection, names);
        this.identities = new ReplicaIdentities(connection, names);
    }

    /**
     * @param objects what the task follows, tables created later included
     * @param wholeRows see {@link io.penstock.core.port.SourceSetup#publish}
     * @throws PenstockException TRANSIENT also when a table of the catalog is gone or renamed since
     */
    public void create(Catalog catalog, ObjectSelection objects, Collection<QualifiedName> wholeRows) {
        try {
            SchemaOwners.require(connection, "source");
            boolean captured =
                    schema.state(schema.failures()).equals(DdlCapture.ACTIVE) || new CaptureProbe(connection).allowed();
            TaskPublications.Request request = new TaskPublications.Request(catalog, objects, captured);
            PublicationMode mode = publications.mode(request);
            retryWhileLocked(
                    "create schema penstock",
                    () -> inTransaction(
                            "create schema penstock",
                            () -> schema.create(new CaptureSchema.Wish(objects, mode, captured, wholeRows))));
            identities.share(catalog.tables());
            Set<Integer> whole = identities.whole();
            catalog.tables().forEach(t -> identify(t, whole.contains(t.oid())));
            retryWhileLocked(
                    "publish the tables",
                    () -> inTransaction("publish the tables", () -> publications.publish(request, mode)));
        } catch (PenstockException e) {
            // Users go on while tables are read and published; whoever reads them again does not find that one.
            throw SqlErrors.isGone(e.getCause()) ? new PenstockException(ErrorKind.TRANSIENT, e.getMessage(), e) : e;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "find out what may be published", endpoint);
        }
    }

    /** Publishes one table, with the replica identity it needs. Returns whether anything was changed. */
    public boolean add(TableDefinition table, int version) {
        AtomicBoolean added = new AtomicBoolean();
        try {
            boolean identified = identify(table, identities.whole().contains(table.oid()));
            retryWhileLocked(
                    "publish " + table.name(),
                    () -> inTransaction("publish " + table.name(), () -> added.set(publications.add(table, version))));
            return identified || added.get();
        } catch (PenstockException e) {
            throw e.kind() == ErrorKind.REFUSED ? notOurs(table, e) : e;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read what the task needs of " + table.name(), endpoint);
        }
    }

    private PenstockException notOurs(TableDefinition table, PenstockException refused) {
        String sql =
                "select quote_ident(pg_get_userbyid(relowner)), quote_ident(current_user) from pg_class where oid = "
                        + Integer.toUnsignedString(table.oid());
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                return refused;
            }
            return new PenstockException(
                    ErrorKind.REFUSED,
                    "The source does not let the task publish " + table.name() + ", whose owner is " + row.getString(1)
                            + ": " + refused.getMessage() + " Run at the source: GRANT " + row.getString(1) + " TO "
                            + row.getString(2) + "; or exclude the table under `objects`.",
                    refused);
        } catch (SQLException e) {
            refused.addSuppressed(e);
            return refused;
        }
    }

    private boolean identify(TableDefinition table, boolean whole) {
        Optional<String> clause = ReplicaIdentities.needed(table, whole);
        if (clause.isPresent()) {
            log.info("sets replica identity table={} identity={}", table.name(), clause.get());
            retryWhileLocked("set the replica identity of " + table.name(), () -> identities.set(table, clause.get()));
            return true;
        }
        return false;
    }

    public void heartbeat() {
        try {
            publications.heartbeat();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "write the heartbeat", endpoint);
        }
    }

    /** Removes everything; what fails is returned as sentences with the SQL to run by hand. */
    public List<String> remove() {
        List<String> left = new ArrayList<>();
        String dropPublications = "drop publication if exists " + String.join(", ", names.publications());
        attempt(left, "publications", dropPublications, publications::drop);
        try {
            if (!schema.exists()) {
                return left;
            }
            Optional<String> strangers = SchemaOwners.strangers(connection);
            if (strangers.isPresent()) {
                left.add("schema penstock could not be removed: " + strangers.get()
                        + " Nothing in it was run or changed. " + SchemaOwners.FIX);
                return left;
            }
            if (schema.isLast()) {
                attempt(left, "event triggers", "drop event trigger if exists <name>", schema::dropTriggers);
            }
            // Or the event triggers would see a table the task needs, and set what is put back here again.
            attempt(left, "task", "delete from penstock.tasks where task = '" + names.task() + "'", schema::unregister);
            for (ReplicaIdentities.Change change : identities.changed()) {
                attempt(left, "replica identity of " + change.table(), change.sql(), () -> identities.restore(change));
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read what the task changed", endpoint);
        }
        if (left.isEmpty()) {
            attempt(left, "schema penstock", "drop schema penstock cascade", () -> {
                identities.forget();
                inTransaction("drop schema penstock", schema::forget);
            });
        }
        return left;
    }

    private void attempt(List<String> left, String what, String sql, Work work) {
        try {
            retryWhileLocked("remove " + what, work);
        } catch (PenstockException e) {
            left.add(what + " could not be removed: " + e.getMessage() + " By hand: " + sql + ";");
        }
    }

    /** Some SQL work on the connection. */
    interface Work {
        void run() throws SQLException;
    }

    private void inTransaction(String what, Work work) {
        try {
            connection.setAutoCommit(false);
            try {
                work.run();
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, what, endpoint);
        }
    }

    /** The lock timeout of source sessions ends each try, so that nobody queues behind us for long. */
    private void retryWhileLocked(String what, Work work) {
        for (int tries = 1; ; tries++) {
            try {
                work.run();
                return;
            } catch (SQLException e) {
                PenstockException wrapped = SqlErrors.wrap(e, what, endpoint);
                if (wrapped.kind() != ErrorKind.TRANSIENT || tries == LOCK_TRIES) {
                    throw wrapped;
                }
                log.info("waits for a lock what=\"{}\" try={}", what, tries);
            } catch (PenstockException e) {
                if (e.kind() != ErrorKind.TRANSIENT || tries == LOCK_TRIES) {
                    throw e;
                }
            }
        }
    }
}
