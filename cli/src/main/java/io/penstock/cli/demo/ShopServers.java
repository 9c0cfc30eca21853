package io.penstock.cli.demo;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Two PostgreSQL servers in a temporary folder: programs, data and logs. Closing stops them and removes the folder; so does the end of
 * the process, whatever ends it but kill -9. {@link #close} may be called by any thread and more than once.
 */
final class ShopServers implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private static final Map<String, String> SETTINGS = Map.of(
            "wal_level", "logical",
            "max_wal_senders", "10",
            "max_replication_slots", "10",
            "shared_buffers", "64MB",
            "max_wal_size", "512MB",
            // The embedded servers' default would let a commit be seen before it is in the log.
            "synchronous_commit", "on",
            "unix_socket_directories", "");

    private final Path home;
    private boolean closed;
    private final ConcurrentLinkedQueue<EmbeddedPostgres> started = new ConcurrentLinkedQueue<>();
    private final Thread atExit = new Thread(this::closeOnce, "penstock-demo-cleanup");
    private volatile List<CompletableFuture<Integer>> launches = List.of();
    private int sourcePort;
    private int destinationPort;

    private ShopServers(Path home) {
        this.home = home;
    }

    static ShopServers start() {
        try {
            ShopServers servers = new ShopServers(Files.createTempDirectory("penstock-demo-"));
            Runtime.getRuntime().addShutdownHook(servers.atExit);
            servers.launchBoth();
            return servers;
        } catch (IOException e) {
            throw new PenstockException(
                    ErrorKind.PRECHECK,
                    "The demo needs a writable temporary folder: " + e.getMessage()
                            + ". Set another one with PENSTOCK_JAVA_OPTS=-Djava.io.tmpdir=FOLDER.",
                    e);
        }
    }

    private void launchBoth() {
        Executor threads = work -> new Thread(work, "penstock-demo-start").start();
        CompletableFuture<Integer> source = CompletableFuture.supplyAsync(() -> launch("source"), threads);
        CompletableFuture<Integer> destination = CompletableFuture.supplyAsync(() -> launch("destination"), threads);
        launches = List.of(source, destination);
        try {
            CompletableFuture.allOf(source, destination).join();
            sourcePort = source.join();
            destinationPort = destination.join();
        } catch (CompletionException e) {
            close();
            throw e.getCause() instanceof PenstockException known ? known : e;
        }
    }

    private int launch(String name) {
        File log = home.resolve(name + ".log").toFile();
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(home.resolve("programs").toFile())
                .setDataDirectory(home.resolve(name))
                .setCleanDataDirectory(false)
                .setPGStartupWait(START_LIMIT)
                .setLocaleConfig("locale", "C")
                .setOutputRedirector(Redirect.appendTo(log))
                .setErrorRedirector(Redirect.appendTo(log));
        SETTINGS.forEach((setting, value) -> builder.setServerConfig(setting, "'" + value + "'"));
        try {
            EmbeddedPostgres server = builder.start();
            started.add(server);
            return server.getPort();
        } catch (IOException | RuntimeException e) {
            throw new PenstockException(
                    ErrorKind.PRECHECK,
                    "The embedded PostgreSQL server for the " + name + " did not start: " + e.getMessage() + ". "
                            + lastLine(log),
                    e);
        }
    }

    private static String lastLine(File log) {
        try (Stream<String> lines = Files.lines(log.toPath())) {
            return lines.reduce((a, b) -> b)
                    .map(line -> "Its last words: " + line)
                    .orElse("");
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    String sourceUrl() {
        return url(sourcePort);
    }

    String destinationUrl() {
        return url(destinationPort);
    }

    private static String url(int port) {
        return "postgresql://postgres@localhost:" + port + "/postgres";
    }

    static String jdbcUrl(String url) {
        return "jdbc:" + url.replace("postgres@", "") + "?user=postgres";
    }

    @Override
    public void close() {
        closeOnce();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending already.
        }
    }

    /** Whoever comes second waits: the process must not end before all is gone. */
    private synchronized void closeOnce() {
        if (closed) {
            return;
        }
        closed = true;
        // A server that is just being started is not to be left behind either.
        launches.forEach(ShopServers::await);
        for (EmbeddedPostgres server : started) {
            try {
                server.close();
            } catch (IOException e) {
                // Whether it runs is looked at below.
            }
        }
        awaitStopped("source");
        awaitStopped("destination");
        delete();
    }

    private static void await(CompletableFuture<Integer> launch) {
        try {
            launch.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Whether it runs all the same is looked at later.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * When the process is ending, a server may be up that refused to be managed, or be stopped by a hook of its own that is not done yet.
     */
    private void awaitStopped(String name) {
        Path pidFile = home.resolve(name).resolve("postmaster.pid");
        try {
            if (!gone(pidFile)) {
                stopFast(pid(pidFile));
            }
            if (!gone(pidFile)) {
                ProcessHandle.of(pid(pidFile)).ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Gone between two looks.
        }
    }

    private static boolean gone(Path pidFile) throws InterruptedException {
        long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        while (Files.exists(pidFile) && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
        return !Files.exists(pidFile);
    }

    private static long pid(Path pidFile) throws IOException {
        return Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
    }

    /** SIGINT is PostgreSQL's fast shutdown; Java itself can only send the one that waits for all clients. */
    private static void stopFast(long pid) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -INT " + pid).start().waitFor();
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("penstock: cannot remove the demo's folder " + home + ": " + e.getMessage());
        }
    }
}
