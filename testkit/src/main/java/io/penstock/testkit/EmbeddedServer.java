package io.penstock.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL of a chosen major version, ready for logical replication. Superuser {@code postgres}, no password, TCP on localhost
 * only. {@link #connect}, {@link #newDatabase} and the addresses may be used from any thread; starting and stopping from one.
 */
public final class EmbeddedServer implements DatabaseServer, AutoCloseable {
    /** The major versions the build provides. Outside Linux on amd64 only 15 and 18; there, starting another skips the test. */
    public static final List<Integer> VERSIONS = List.of(11, 12, 14, 15, 16, 17, 18);

    /** A busy machine takes long to start a server; a limit all the same, so that a broken one fails the test. */
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("wal_level", "logical"),
            Map.entry("max_wal_senders", "40"),
            Map.entry("max_replication_slots", "40"),
            Map.entry("max_prepared_transactions", "20"),
            Map.entry("max_connections", "200"),
            Map.entry("shared_buffers", "128MB"),
            Map.entry("fsync", "off"),
            // zonky turns it off, and then a killed server forgets the last transactions
            Map.entry("synchronous_commit", "on"),
            // a zone with minutes, neither that of the JVM nor UTC
            Map.entry("timezone", "Asia/Kathmandu"),
            Map.entry("log_line_prefix", "%m[%p]%q%d/%a:"),
            Map.entry("unix_socket_directories", ""));

    private final int majorVersion;
    private final Path home;
    private final Map<String, String> settings;
    private final AtomicInteger databases = new AtomicInteger();
    private @Nullable EmbeddedPostgres running;
    private int port;

    private EmbeddedServer(int majorVersion, Path home, Map<String, String> settings) {
        this.majorVersion = majorVersion;
        this.home = home;
        this.settings = settings;
    }

    public static EmbeddedServer start(int majorVersion) {
        return start(majorVersion, Map.of());
    }

    /** Starts a server whose settings override the defaults, for instance {@code fsync=on}. */
    public static EmbeddedServer start(int majorVersion, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(DEFAULTS);
        all.putAll(settings);
        try {
            Path home = Files.createTempDirectory("penstock-pg" + majorVersion + "-");
            EmbeddedServer server = new EmbeddedServer(majorVersion, home, Map.copyOf(all));
            server.launch();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void launch() throws IOException {
        PostgresBinaries binaries = PostgresBinaries.of(majorVersion);
        binaries.requirePresent();
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPgBinaryResolver(binaries)
                .setOverrideWorkingDirectory(unpackedBinaries())
                .setDataDirectory(dataDirectory())
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(START_LIMIT)
                .setLocaleConfig("locale", "C")
                .setOutputRedirector(Redirect.appendTo(logFile().toFile()))
                .setErrorRedirector(Redirect.appendTo(logFile().toFile()));
        settings.forEach((name, value) -> builder.setServerConfig(name, "'" + value + "'"));
        try {
            EmbeddedPostgres started = builder.start();
            running = started;
            port = started.getPort();
        } catch (IOException | RuntimeException e) {
            throw new IOException("PostgreSQL " + majorVersion + " did not start:\n" + Files.readString(logFile()), e);
        }
    }

    /** One folder per user, because two users of a machine cannot share the unpacked files. */
    private static File unpackedBinaries() {
        return Path.of(System.getProperty("java.io.tmpdir"), "penstock-postgres-" + System.getProperty("user.name"))
                .toFile();
    }

    public int majorVersion() {
        return majorVersion;
    }

    public int port() {
        return port;
    }

    @Override
    public String url(String database) {
        return "postgresql://postgres@localhost:" + port + "/" + database;
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://localhost:" + port + "/" + database + "?user=postgres";
    }

    @Override
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database));
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

    /**
     * Makes an extension known to the server; {@code CREATE EXTENSION} and {@code ALTER EXTENSION ... UPDATE} then run the scripts. Servers
     * of one version share them, so a name must always stand for the same scripts.
     *
     * @param scripts by version, such as {@code 1.0} and {@code 1.0--1.1}; the first is the default
     */
    public void addExtension(String name, Map<String, String> scripts) throws SQLException {
        Path folder;
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select setting from pg_config where name = 'SHAREDIR'")) {
            row.next();
            folder = Path.of(row.getString(1), "extension");
        }
        try {
            String version = scripts.keySet().iterator().next();
            Files.writeString(folder.resolve(name + ".control"), "default_version = '" + version + "'\n");
            for (Map.Entry<String, String> script : scripts.entrySet()) {
                Files.writeString(folder.resolve(name + "--" + script.getKey() + ".sql"), script.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String newDatabase(String prefix) throws SQLException {
        String name = prefix + "_" + databases.incrementAndGet();
        execute("postgres", "create database \"" + name + "\"");
        return name;
    }

    /** The server's files go when the tests end. */
    @Override
    public void dropDatabase(String name) {}

    public Path dataDirectory() {
        return home.resolve("data");
    }

    public Path logFile() {
        return home.resolve("server.log");
    }

    public boolean isRunning() {
        return running != null;
    }

    /** SIGKILL to the postmaster and all its children; returns when they are gone. */
    public void kill9() {
        EmbeddedPostgres server = running();
        ServerProcesses.of(dataDirectory()).ifPresent(ServerProcesses::kill9);
        forget(server);
    }

    /** Fast shutdown, as {@code pg_ctl stop}; a server that does not stop is killed. */
    public void stop() {
        EmbeddedPostgres server = running();
        forget(server);
        ServerProcesses.of(dataDirectory()).ifPresent(ServerProcesses::kill9);
    }

    /** Starts the server again, on the same data directory and port; stops it first when it runs. */
    public void restart() {
        if (running != null) {
            stop();
        }
        try {
            launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the server and removes its files. */
    @Override
    public void close() {
        if (running != null) {
            stop();
        }
        try {
            deleteRecursively(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private EmbeddedPostgres running() {
        EmbeddedPostgres server = running;
        if (server == null) {
            throw new IllegalStateException("PostgreSQL " + majorVersion + " is not running");
        }
        return server;
    }

    private void forget(EmbeddedPostgres server) {
        running = null;
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteRecursively(Path root) throws IOException {
        List<Path> deepestFirst = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
                deepestFirst.add(directory);
                return FileVisitResult.CONTINUE;
            }
        });
        for (Path directory : deepestFirst) {
            Files.deleteIfExists(directory);
        }
    }
}
