package io.penstock.source.publication;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.TableDefinition;
import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything a task creates at the source but its slot. One thread. */
public final class SourceObjects {
    private static final Logger log = LoggerFactory.getLogger(SourceObjects.class);
    /** 15 tries of at most two seconds each: a table that stays locked longer needs a person or the engine's own retry. */
    private static final int LOCK_TRIES = 15;

    private final Connection connection;
    private final String endpoint;
    private final TaskPublication publication;
    private final ReplicaIdentities identities;

    public SourceObjects(Connection connection, TaskNames names, String endpoint) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.publication = new TaskPublication(connection, names);
        this.identities = new ReplicaIdentities(connection, names);
    }

    public void create(Catalog catalog) {
        inTransaction("create schema penstock", publication::createSchema);
        for (TableDefinition table : catalog.tables()) {
            Optional<String> clause = ReplicaIdentities.needed(table);
            if (clause.isPresent()) {
                log.info("sets replica identity table={} identity={}", table.name(), clause.get());
                retryWhileLocked(
                        "set the replica identity of " + table.name(), () -> identities.set(table, clause.get()));
            }
        }
        retryWhileLocked(
                "publish the tables", () -> inTransaction("publish the tables", () -> publication.publish(catalog)));
    }

    public void heartbeat() {
        try {
            publication.heartbeat();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "write the heartbeat", endpoint);
        }
    }

    /** Removes everything; what fails is returned as sentences with the SQL to run by hand. */
    public List<String> remove() {
        List<String> left = new ArrayList<>();
        attempt(left, "publication", "drop publication if exists <publication>", publication::drop);
        try {
            if (!publication.schemaExists()) {
                return left;
            }
            for (ReplicaIdentities.Change change : identities.changed()) {
                attempt(left, "replica identity of " + change.table(), change.sql(), () -> identities.restore(change));
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read what the task changed", endpoint);
        }
        if (left.isEmpty()) {
            attempt(left, "schema penstock", "drop schema penstock cascade", () -> {
                identities.forget();
                inTransaction("drop schema penstock", publication::forget);
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
            } catch (SQLException e) {
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
