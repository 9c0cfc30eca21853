package io.penstock.testkit;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Greenplum that was started by somebody else; its address stands in the environment variable {@value #VARIABLE}, such as {@code
 * postgresql://gpadmin@host:5432/postgres}. Its user may create databases. Any thread.
 */
public final class GreenplumServer implements DatabaseServer {
    public static final String VARIABLE = "PENSTOCK_TEST_GREENPLUM";

    /** Databases of several test runs on one server must not meet. */
    private static final String RUN = Long.toString(System.currentTimeMillis(), 36);

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final URI address;

    private GreenplumServer(URI address) {
        this.address = address;
    }

    /** Empty when the variable is not set: then tests report themselves as skipped. */
    public static Optional<GreenplumServer> find() {
        return Optional.ofNullable(System.getenv(VARIABLE))
                .filter(url -> !url.isBlank())
                .map(url -> new GreenplumServer(URI.create(url.strip())));
    }

    private String maintenanceDatabase() {
        return address.getPath().substring(1);
    }

    @Override
    public String url(String database) {
        return "postgresql://" + address.getRawUserInfo() + "@" + address.getHost() + ":" + address.getPort() + "/"
                + database;
    }

    @Override
    public Connection connect(String database) throws SQLException {
        String[] user = address.getUserInfo().split(":", 2);
        String jdbc = "jdbc:postgresql://" + address.getHost() + ":" + address.getPort() + "/" + database;
        return DriverManager.getConnection(jdbc, user[0], user.length == 2 ? user[1] : "");
    }

    @Override
    public void execute(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public String newDatabase(String prefix) throws SQLException {
        String name = prefix + "_" + RUN + "_" + DATABASES.incrementAndGet();
        execute(maintenanceDatabase(), "create database \"" + name + "\" template template0 encoding 'UTF8'");
        return name;
    }

    @Override
    public void dropDatabase(String name) throws SQLException {
        execute(
                maintenanceDatabase(),
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'",
                "drop database if exists \"" + name + "\"");
    }
}
