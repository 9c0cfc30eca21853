package io.penstock.postgres.connection;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * Opens sessions of one endpoint. Immutable, any thread. Every session has the settings asked for, asserted after the login; all
 * failures are {@link io.penstock.core.error.PenstockException}s of kind CONNECTION, LOGIN or PRECHECK without secrets.
 */
public final class PgConnector {
    public PgConnector(LibpqUri uri, @Nullable String password, String applicationName) {}

    public PgConnector(PgEndpoint endpoint, String applicationName) {}

    /** A normal session, in autocommit. {@link BaseConnection} is both {@link Connection} and PGConnection. */
    public BaseConnection open(SessionSettings settings) {
        throw new UnsupportedOperationException();
    }

    /** A walsender session ({@code replication=database}) that also takes simple SQL statements. */
    public BaseConnection openReplication(SessionSettings settings) {
        throw new UnsupportedOperationException();
    }

    /** With the settings of {@link SessionSettings#source()}. */
    public BaseConnection openReplication() {
        return openReplication(SessionSettings.source());
    }

    /**
     * Keeps triggers and foreign keys from firing for what this session writes. Outside a transaction only.
     *
     * @return false if the role may not do that
     */
    public static boolean tryReplicaRole(Connection connection) {
        throw new UnsupportedOperationException();
    }

    /** Every host with its port, and the database: fit for messages. */
    public String describe() {
        throw new UnsupportedOperationException();
    }
}
