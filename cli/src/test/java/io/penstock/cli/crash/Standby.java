package io.penstock.cli.crash;

import io.penstock.cli.sync.SyncBed;
import io.penstock.testkit.Await;
import io.penstock.testkit.EmbeddedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Makes every COMMIT of a server hang after its record is written: it waits for a synchronous standby that does not exist. */
final class Standby {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private Standby() {}

    static void missing(EmbeddedServer server) throws SQLException {
        set(server, "nobody");
    }

    /** Lets them end. */
    static void none(EmbeddedServer server) throws SQLException {
        set(server, "");
    }

    private static void set(EmbeddedServer server, String name) throws SQLException {
        server.execute(
                "postgres", "alter system set synchronous_standby_names = '" + name + "'", "select pg_reload_conf()");
        Await.until("standby is " + name, LIMIT, () -> {
            try (Connection fresh = server.connect("postgres")) {
                return name.equals(SyncBed.one(fresh, "show synchronous_standby_names"));
            }
        });
    }

    /** Waits until so many sessions of the bed's destination hang in COMMIT. */
    static void awaitHanging(SyncBed bed) {
        Await.until(
                "a COMMIT hangs",
                LIMIT,
                () -> "1"
                        .equals(
                                bed.atDestination(
                                        "select count(*) from pg_stat_activity where wait_event = 'SyncRep' and datname = current_database()")));
    }

    /** Runs a transaction that hangs after its commit record is written; returns when it hangs. Others of the bed must not wait for the standby. */
    static Thread hangingCommit(SyncBed bed, String transaction) throws SQLException {
        missing(bed.sourceServer());
        Thread committing = new Thread(
                () -> {
                    try {
                        bed.source("set synchronous_commit = on", transaction);
                    } catch (SQLException e) {
                        throw new AssertionError("the hanging commit failed", e);
                    }
                },
                "hanging-commit");
        committing.start();
        Await.until(
                "hangs",
                LIMIT,
                () -> "1"
                        .equals(
                                bed.atSource(
                                        "select count(*) from pg_stat_activity where wait_event = 'SyncRep' and datname = current_database()")));
        return committing;
    }
}
