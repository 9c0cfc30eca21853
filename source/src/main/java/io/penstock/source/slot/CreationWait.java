package io.penstock.source.slot;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the creation of a slot, which waits for the transactions that are open: tells who they are, and says when it is to be given up.
 * Asked by one thread; {@link #givenUp} comes afterwards.
 */
final class CreationWait implements BooleanSupplier {
    private static final Logger log = LoggerFactory.getLogger(CreationWait.class);

    private final String slot;
    private final OpenTransactions transactions;
    private final BooleanSupplier stop;
    private final Duration patience;
    private final long begun = System.nanoTime();
    private long reported = begun;
    private volatile boolean stopped;
    private volatile @Nullable String blockers;

    /** Who has a transaction open. */
    interface OpenTransactions {
        String list() throws SQLException;
    }

    CreationWait(String slot, OpenTransactions transactions, BooleanSupplier stop, Duration patience) {
        this.slot = slot;
        this.transactions = transactions;
        this.stop = stop;
        this.patience = patience;
    }

    @Override
    public boolean getAsBoolean() {
        if (stop.getAsBoolean()) {
            stopped = true;
            return true;
        }
        long now = System.nanoTime();
        if (now - begun >= patience.toNanos()) {
            blockers = open();
            return true;
        }
        if (now - reported > OlderTransactions.REPORT.toNanos()) {
            reported = now;
            log.warn("a snapshot waits for transactions that are open slot={} open=\"{}\"", slot, open());
        }
        return false;
    }

    private String open() {
        try {
            return transactions.list();
        } catch (SQLException e) {
            return "not known: " + e.getMessage();
        }
    }

    /** Why the creation was given up, null if it was not. */
    @Nullable
    PenstockException givenUp(SQLException canceled) {
        if (stopped) {
            return new PenstockException(
                    ErrorKind.INTERRUPTED, "Stopped while slot " + slot + " waited for open transactions.", canceled);
        }
        return blockers == null
                ? null
                : new PenstockException(
                        ErrorKind.TRANSIENT,
                        "The source has transactions that are still open after " + patience.toMinutes() + " minutes: "
                                + blockers + ". The copy cannot begin before they end; end them, or wait.",
                        canceled);
    }
}
