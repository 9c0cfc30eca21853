package io.penstock.cli.demo;

import io.penstock.cli.Wiring;
import io.penstock.cli.watch.RunView;
import io.penstock.cli.watch.Watcher;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.progress.TaskState;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.run.TaskRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Everything Penstock does, in one minute, on servers of its own. */
public final class Demo {
    static final String SCHEMA = "shop";
    private static final long SEED = 20260101;
    private static final Duration POLL = Duration.ofMillis(100);
    /** A slow machine may need long to copy; a limit all the same, so that a demo that hangs says so. */
    private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(3);

    private final Options options;
    private final RunView view;
    private final PrintStream err;
    private final Consumer<String> say;
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * How the demo runs.
     *
     * @param seconds how long the shop is open; empty until somebody calls {@link #end}
     */
    public record Options(Optional<Duration> seconds, boolean console) {}

    /** @param say takes one line for a person */
    public Demo(Options options, RunView view, PrintStream err, Consumer<String> say) {
        this.options = options;
        this.view = view;
        this.err = err;
        this.say = say;
    }

    /** Closes the shop; the demo then compares and ends. Any thread. */
    public void end() {
        ended.countDown();
    }

    /** One table's result, for the report. */
    public record Compared(String table, long sourceRows, long destinationRows, boolean equal) {}

    /** Returns when everything is compared and cleaned up. */
    public List<Compared> run() throws InterruptedException {
        say.accept("Starting two PostgreSQL servers for the demo ...");
        try (ShopServers servers = ShopServers.start()) {
            String source = ShopServers.jdbcUrl(servers.sourceUrl());
            requireOpen();
            createShop(source);
            requireOpen();
            introduce(servers);
            TaskRun run = new Wiring(task(servers), FaultPoints.NONE).run(TaskRun.Options.DEFAULT);
            synchronise(run, source);
            say.accept("The shop is closed and everything is applied. Comparing every row ...");
            return RowComparison.compare(source, ShopServers.jdbcUrl(servers.destinationUrl()), SCHEMA).stream()
                    .map(r -> new Compared(r.table(), r.sourceRows(), r.destinationRows(), r.equal()))
                    .toList();
        } catch (SQLException e) {
            throw new PenstockException(ErrorKind.INTERNAL, "The demo's own SQL failed: " + e.getMessage(), e);
        }
    }

    private void requireOpen() {
        if (ended.getCount() == 0) {
            throw new PenstockException(ErrorKind.INTERRUPTED, "The demo was stopped before the shop opened.");
        }
    }

    private void introduce(ShopServers servers) {
        say.accept("  source       psql " + servers.sourceUrl());
        say.accept("  destination  psql " + servers.destinationUrl());
        if (options.console()) {
            say.accept("  The web console is not there yet; it comes with part F.");
        }
        String until = options.seconds().map(s -> "for " + s.toSeconds() + " s").orElse("until Ctrl-C");
        say.accept(
                "A shop is open at the source " + until + "; watch schema " + SCHEMA + " appear at the destination.");
    }

    private static TaskSpec task(ShopServers servers) {
        return TaskSpec.of("demo", endpoint(servers.sourceUrl()), endpoint(servers.destinationUrl()));
    }

    private static EndpointSpec endpoint(String url) {
        return new EndpointSpec(url, Optional.empty(), DestinationKind.AUTO);
    }

    private static void createShop(String url) throws SQLException {
        try (InputStream script = Demo.class.getResourceAsStream("/io/penstock/cli/demo/shop.sql");
                Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            if (script == null) {
                throw new IllegalStateException("shop.sql is not on the class path");
            }
            statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("shop.sql cannot be read", e);
        }
    }

    @SuppressWarnings("try") // the watcher works by being open
    private void synchronise(TaskRun run, String source) throws SQLException, InterruptedException {
        FutureTask<Void> running = new FutureTask<>(run::run, null);
        Thread thread = new Thread(running, "penstock-demo-run");
        ShopWriter writer = ShopWriter.start(source, SEED);
        try (Watcher watcher = Watcher.start(run.watch(), view, err)) {
            thread.start();
            awaitClosing(running);
            writer.stop();
            awaitApplied(run, running, position(source));
        } finally {
            writer.stop();
            run.stop();
            thread.join();
        }
        failure(running).ifPresent(e -> {
            throw e;
        });
    }

    private void awaitClosing(FutureTask<Void> running) throws InterruptedException {
        long deadline = System.nanoTime()
                + options.seconds().orElse(Duration.ofDays(365)).toNanos();
        while (!running.isDone() && System.nanoTime() < deadline) {
            if (ended.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private static long position(String source) throws SQLException {
        try (Connection connection = DriverManager.getConnection(source);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_current_wal_insert_lsn()")) {
            row.next();
            return Lsn.parse(row.getString(1)).value();
        }
    }

    private static void awaitApplied(TaskRun run, FutureTask<Void> running, long target) throws InterruptedException {
        long deadline = System.nanoTime() + CATCH_UP_LIMIT.toNanos();
        while (!running.isDone() && !reached(run, target)) {
            if (System.nanoTime() > deadline) {
                throw new PenstockException(
                        ErrorKind.INTERNAL,
                        "The destination did not reach " + Lsn.format(target) + " within " + CATCH_UP_LIMIT.toMinutes()
                                + " minutes; it is at " + Lsn.format(run.watch().appliedLsn()) + ".");
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    private static boolean reached(TaskRun run, long target) {
        return run.watch().state() == TaskState.SYNCHRONIZING
                && Long.compareUnsigned(run.watch().appliedLsn(), target) >= 0;
    }

    private static Optional<RuntimeException> failure(FutureTask<Void> running) throws InterruptedException {
        try {
            running.get(1, TimeUnit.SECONDS);
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(
                    e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause()));
        } catch (TimeoutException e) {
            throw new IllegalStateException("the run's thread has ended, so its result is there", e);
        }
    }
}
