package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be done beside reading and writing. One thread. */
final class Housekeeper {
    private static final Logger log = LoggerFactory.getLogger(Housekeeper.class);

    /** Then the caller looks whether it shall stop, and comes back. */
    private static final Duration BETWEEN_PATIENCE = Duration.ofSeconds(1);

    private final SourceSetup setup;
    private final ProgressStore progress;
    private final IncrementalPhase.Environment environment;

    Housekeeper(SourceSetup setup, ProgressStore progress, IncrementalPhase.Environment environment) {
        this.setup = setup;
        this.progress = progress;
        this.environment = environment;
    }

    /** The position to reach, 0 for none. */
    long target() {
        return switch (environment.until().kind()) {
            case NEVER -> 0;
            case POSITION -> environment.until().position().value();
            case CAUGHT_UP -> setup.state().insertLsn();
        };
    }

    void beat() {
        setup.heartbeat();
    }

    /**
     * Once every copy's position is passed, all tables show one moment: what waited for it is defined, and the tables are ready.
     *
     * @return whether that has happened
     */
    boolean settle(List<TableProgress> tables, StreamWriter writer) {
        long last = tables.stream().mapToLong(TableProgress::insertLsn).reduce(0, Lsn::max);
        if (Long.compareUnsigned(writer.applied(), last) < 0) {
            return false;
        }
        try {
            if (!writer.between(environment.consistent()::define, BETWEEN_PATIENCE)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped while defining foreign keys.", e);
        }
        environment.consistent().validate();
        for (TableProgress table : tables) {
            if (table.state() == TableState.CATCHING_UP) {
                progress.save(table.withState(TableState.READY));
            }
        }
        log.info("caught up tables={} consistentSince={}", tables.size(), Lsn.format(last));
        return true;
    }
}
