package io.penstock.cli.crash;

import io.penstock.testkit.Await;
import io.penstock.testkit.EmbeddedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Writers on {@link Bank}'s tables: transactions with savepoints, partial and full rollbacks, key changes, rows that exchange unique values,
 * rows that move between partitions, toast that stays, rows without a key. Whatever the server refuses (deadlock, unique key) or cuts
 * off is rolled back and the writer goes on, as applications do.
 */
final class Load implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final EmbeddedServer server;
    private final String database;
    private final long pauseNanos;
    private final AtomicLong committed = new AtomicLong();
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private Load(EmbeddedServer server, String database, long pauseNanos) {
        this.server = server;
        this.database = database;
        this.pauseNanos = pauseNanos;
    }

    /** Starts writers that pause between transactions; returns when all of them have written. */
    static Load start(EmbeddedServer server, String database, int writers, long seed, Duration pause) {
        Load load = new Load(server, database, pause.toNanos());
        for (int i = 0; i < writers; i++) {
            BankTransactions transactions = new BankTransactions(new java.util.Random(seed * 31 + i), i);
            Thread thread = new Thread(() -> load.write(transactions), "load-" + i);
            thread.start();
            load.threads.add(thread);
        }
        load.awaitMore(2L * writers);
        return load;
    }

    long committed() {
        return committed.get();
    }

    /** Waits until so many further transactions are committed. */
    void awaitMore(long transactions) {
        long until = committed.get() + transactions;
        Await.until(until + " transactions written", LIMIT, () -> committed.get() >= until);
    }

    private void write(BankTransactions transactions) {
        while (!stopped) {
            try (Connection connection = server.connect(database);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!stopped && !connection.isClosed()) {
                    one(transactions, connection, statement);
                    LockSupport.parkNanos(pauseNanos);
                }
            } catch (SQLException serverAway) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    private void one(BankTransactions transactions, Connection connection, Statement statement) throws SQLException {
        try {
            if (transactions.run(statement)) {
                connection.commit();
                committed.incrementAndGet();
            } else {
                connection.rollback();
            }
        } catch (SQLException refused) {
            refusals.add(String.valueOf(refused.getSQLState()));
            connection.rollback();
        }
    }

    /** Codes of the errors that writers were answered. */
    Set<String> refusals() {
        return refusals;
    }

    /** Ends the writers after their transactions. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }

    /** A number that a failure message and the output show, so that a run can be repeated with {@code -Dpenstock.seed}. */
    static long seed() {
        long seed = Long.getLong("penstock.seed", RandomGenerator.getDefault().nextLong(1_000_000));
        System.out.println("seed " + seed + " (repeat with -Dpenstock.seed=" + seed + ")");
        return seed;
    }
}
