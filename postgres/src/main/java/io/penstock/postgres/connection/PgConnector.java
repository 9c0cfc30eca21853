package io.penstock.postgres.connection;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.core.BaseConnection;

/**
 * Opens sessions of one endpoint. Any thread. Every session has the settings asked for, asserted after the login; all
 * failures are {@link PenstockException}s of kind CONNECTION (not reached), LOGIN (refused), PRECHECK (a setting does not hold) or
 * USAGE (a file of the URI cannot be used), without secrets.
 *
 * <p>Several hosts are tried as libpq does: an unreachable or starting server passes on to the next host, a refused login ends the
 * attempt. The driver's own choice of hosts is not used, because it tries on after a refused login and remembers the roles of servers
 * beyond a failover.
 */
public final class PgConnector {
    /** Everything is in the properties; without the slashes the driver would take an empty database name from it. */
    private static final String NAMES_NOTHING = "jdbc:postgresql://";

    /** A server that has just let somebody in answers the first questions within this time, or the session is lost. */
    private static final int SETUP_MILLIS = 30_000;

    private final LibpqUri uri;
    private final @Nullable String password;
    private final String applicationName;
    private final Map<String, String> environment;
    /** So that they can be cut; closed ones are forgotten when the next is opened. */
    private final Set<BaseConnection> sessions = ConcurrentHashMap.newKeySet();

    /** @param password of the task file, before the one of the URI and of the password file */
    public PgConnector(LibpqUri uri, @Nullable String password, String applicationName) {
        this.uri = uri;
        this.password = password != null ? password : uri.password();
        this.applicationName = applicationName;
        this.environment = System.getenv();
    }

    public PgConnector(PgEndpoint endpoint, String applicationName) {
        this(endpoint.uri(), endpoint.password(), applicationName);
    }

    /** A normal session, in autocommit. {@link BaseConnection} is both {@link Connection} and PGConnection. */
    public BaseConnection open(SessionSettings settings) {
        return openFirst(DriverProperties.normal(uri, applicationName, settings), settings);
    }

    /** A walsender session ({@code replication=database}) that also takes simple SQL statements. */
    public BaseConnection openReplication(SessionSettings settings) {
        return openFirst(DriverProperties.replication(uri, applicationName, settings), settings);
    }

    /** With the settings of {@link SessionSettings#source()}. */
    public BaseConnection openReplication() {
        return openReplication(SessionSettings.source());
    }

    /**
     * Keeps triggers and foreign keys from firing for what this session writes. In autocommit only: a refusal would abort a
     * transaction.
     *
     * @return false if the role may not do that (SQLSTATE 42501)
     */
    public static boolean tryReplicaRole(Connection connection) {
        try {
            if (!connection.getAutoCommit()) {
                throw new PenstockException(
                        ErrorKind.INTERNAL, "session_replication_role was asked for inside a transaction.");
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("set session_replication_role to replica");
                return true;
            }
        } catch (SQLException e) {
            if ("42501".equals(e.getSQLState())) {
                return false;
            }
            throw SqlErrors.wrap(e, "set session_replication_role");
        }
    }

    /** Every host with its port, and the database: fit for messages. */
    public String describe() {
        return uri.describe();
    }

    private BaseConnection openFirst(Properties base, SessionSettings settings) {
        TargetSession target = TargetSession.of(uri);
        List<HostPort> hosts = new ArrayList<>(uri.hosts());
        if (uri.parameters().getOrDefault("load_balance_hosts", "disable").equals("random")) {
            Collections.shuffle(hosts);
        }
        List<PenstockException> failures = new ArrayList<>();
        BaseConnection found = openFirst(hosts, new Attempt(base, settings, target, failures));
        if (found == null && target == TargetSession.PREFER_STANDBY) {
            failures.clear();
            found = openFirst(hosts, new Attempt(base, settings, TargetSession.ANY, failures));
        }
        if (found == null) {
            throw noneSuits(failures, target);
        }
        return found;
    }

    private void remember(BaseConnection session) {
        try {
            for (BaseConnection known : sessions) {
                if (known.isClosed()) {
                    sessions.remove(known);
                }
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look at a session", describe());
        }
        sessions.add(session);
    }

    /** Closes the sockets of all sessions opened here, without waiting for anything. */
    public void cut() {
        for (BaseConnection session : sessions) {
            try {
                session.abort(Runnable::run);
            } catch (SQLException e) {
                throw SqlErrors.wrap(e, "cut a session", describe());
            }
        }
    }

    private record Attempt(
            Properties base, SessionSettings settings, TargetSession target, List<PenstockException> failures) {}

    private @Nullable BaseConnection openFirst(List<HostPort> hosts, Attempt attempt) {
        for (HostPort host : hosts) {
            try {
                BaseConnection connection = login(host, attempt.base());
                // Whoever cuts the sessions does not wait for one that is being set up.
                remember(connection);
                if (isWanted(connection, host, attempt)) {
                    return connection;
                }
            } catch (PenstockException e) {
                if (e.kind() != ErrorKind.CONNECTION) {
                    throw e;
                }
                attempt.failures().add(e);
            }
        }
        return null;
    }

    private BaseConnection login(HostPort host, Properties base) {
        String secret = password != null
                ? password
                : PasswordFile.of(uri, environment).password(uri, host).orElse(null);
        try {
            Connection connection = new Driver().connect(NAMES_NOTHING, DriverProperties.at(base, host, secret));
            if (connection == null) {
                throw new PenstockException(ErrorKind.INTERNAL, "The driver did not take its own URL.");
            }
            return connection.unwrap(BaseConnection.class);
        } catch (SQLException e) {
            throw SqlErrors.wrapLogin(e, uri.user(), at(host));
        } catch (RuntimeException e) {
            // The driver throws a plain RuntimeException when the waiting thread is interrupted, and leaves the flag
            // set.
            if (Thread.currentThread().isInterrupted()) {
                throw new PenstockException(
                        ErrorKind.INTERRUPTED, "Interrupted while connecting to " + at(host) + ".", e);
            }
            throw e;
        }
    }

    /** Closes the session if it is not wanted or fails. */
    private boolean isWanted(BaseConnection connection, HostPort host, Attempt attempt) {
        boolean kept = false;
        try {
            int usual = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, SETUP_MILLIS);
            kept = attempt.target().accepts(connection);
            if (kept) {
                SettingsCheck.establish(connection, attempt.settings(), at(host));
                connection.setNetworkTimeout(Runnable::run, usual);
            } else {
                attempt.failures()
                        .add(new PenstockException(ErrorKind.CONNECTION, at(host) + " is another kind of server."));
            }
            return kept;
        } catch (SQLException | PenstockException e) {
            kept = false;
            throw e instanceof SQLException sql
                    ? SqlErrors.wrap(sql, "set up a session", at(host))
                    : (PenstockException) e;
        } finally {
            if (!kept) {
                closeQuietly(connection);
            }
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // The reason why it is closed is already on its way to the caller.
        }
    }

    private PenstockException noneSuits(List<PenstockException> failures, TargetSession target) {
        if (failures.size() == 1 && target == TargetSession.ANY) {
            return failures.get(0);
        }
        StringBuilder message = new StringBuilder("Cannot connect to any host of " + describe());
        message.append(target == TargetSession.ANY ? ":" : " with target_session_attrs=" + target.libpqName() + ":");
        failures.forEach(failure -> message.append(' ').append(failure.getMessage()));
        PenstockException all = new PenstockException(ErrorKind.CONNECTION, message.toString());
        failures.forEach(all::addSuppressed);
        return all;
    }

    private String at(HostPort host) {
        return host + "/" + uri.database();
    }
}
