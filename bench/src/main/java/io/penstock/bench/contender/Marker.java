package io.penstock.bench.contender;

import io.penstock.bench.database.Session;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.time.Duration;

/** The last row that is written at the source; everybody who writes is done when a reader of the destination sees it. */
final class Marker {
    static final String TABLE = "bench_marker";
    static final int ID = 1;
    /** Well below what is measured, and some hundred cheap look-ups a second cost the server less than a hundredth of a core. */
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private Marker() {}

    static void await(Site site, Duration limit, Runnable alive) {
        long deadline = System.nanoTime() + limit.toNanos();
        try (Session session = site.destination().open(site.destinationDatabase())) {
            while (session.one("select id from " + TABLE + " where id = " + ID) == null) {
                alive.run();
                if (System.nanoTime() - deadline > 0) {
                    throw new PenstockException(ErrorKind.INTERNAL, "The changes did not arrive within " + limit + ".");
                }
                Thread.sleep(INTERVAL.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Interrupted while waiting for the changes.", e);
        }
    }
}
