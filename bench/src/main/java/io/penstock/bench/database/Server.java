package io.penstock.bench.database;

import io.penstock.bench.process.ProcessTimes;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.net.URI;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One PostgreSQL server and how to reach its databases. Immutable, any thread.
 *
 * @param address {@code postgresql://user[:password]@host:port/database}
 * @param postmaster its first process when it runs on this machine
 */
public record Server(URI address, String version, int versionNumber, OptionalLong postmaster) {
    private static final int FILE_COPY_SINCE = 150_000;

    public static Server at(String url) {
        URI address = URI.create(url.replaceFirst("^postgres://", "postgresql://"));
        if (!"postgresql".equals(address.getScheme()) || address.getUserInfo() == null) {
            throw new PenstockException(
                    ErrorKind.USAGE,
                    "The benchmark needs addresses like postgresql://user[:password]@host:port/database.");
        }
        Server unknown = new Server(address, "", 0, OptionalLong.empty());
        try (Session session = Session.open(unknown.jdbcUrl(unknown.database()))) {
            List<String> row = session.rows(
                            "select version(), current_setting('server_version_num'), pg_backend_pid(), inet_client_port()")
                    .get(0);
            return new Server(
                    address,
                    row.get(0)
                            .replaceFirst("(PostgreSQL \\S+).*?(\\(Greenplum[^)]*\\))?.*", "$1 $2")
                            .strip(),
                    Integer.parseInt(row.get(1)),
                    postmaster(Long.parseLong(row.get(2)), row.get(3)));
        }
    }

    /** The title of a session's process names the client's port, so a process of another machine is not taken for it. */
    private static OptionalLong postmaster(long backend, String clientPort) {
        long parent = ProcessTimes.title(backend).contains("(" + clientPort + ")") ? ProcessTimes.parent(backend) : 0;
        return parent == 0 ? OptionalLong.empty() : OptionalLong.of(parent);
    }

    public String database() {
        String path = address.getPath();
        return path == null || path.length() < 2 ? "postgres" : path.substring(1);
    }

    public String host() {
        return address.getHost();
    }

    public int port() {
        return address.getPort() < 0 ? 5432 : address.getPort();
    }

    public String user() {
        return address.getUserInfo().split(":", 2)[0];
    }

    /** Empty when there is none. */
    public String password() {
        String[] parts = address.getUserInfo().split(":", 2);
        return parts.length < 2 ? "" : parts[1];
    }

    /** In libpq's form. */
    public String url(String database) {
        return "postgresql://" + address.getUserInfo() + "@" + host() + ":" + port() + "/" + database;
    }

    public String jdbcUrl(String database) {
        String password = password().isEmpty() ? "" : "&password=" + password();
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + database + "?user=" + user() + password;
    }

    public Session open(String database) {
        return Session.open(jdbcUrl(database));
    }

    public boolean greenplum() {
        return version.contains("Greenplum");
    }

    public void create(String database) {
        drop(database);
        admin("create database " + database);
    }

    /** A copy of a database that nobody is connected to; copying files keeps the copy itself out of the log. */
    public void create(String database, String template) {
        drop(database);
        String strategy = versionNumber >= FILE_COPY_SINCE ? " strategy file_copy" : "";
        admin("create database " + database + " template " + template + strategy);
    }

    public void drop(String database) {
        try (Session session = open(database())) {
            session.rows("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database + "'");
            session.run("drop database if exists " + database);
        }
    }

    /** So that no run pays for writing the pages of the one before. */
    public void checkpoint() {
        admin("checkpoint");
    }

    private void admin(String sql) {
        try (Session session = open(database())) {
            session.run(sql);
        }
    }

    /** CPU seconds of all processes of the server since it started, ended ones included; empty when it runs elsewhere. */
    public OptionalDouble cpuSeconds() {
        return postmaster.isPresent() ? ProcessTimes.family(postmaster.getAsLong()) : OptionalDouble.empty();
    }
}
