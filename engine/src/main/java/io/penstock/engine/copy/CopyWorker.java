package io.penstock.engine.copy;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.error.Reaction;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.port.ChunkLoader;
import io.penstock.core.port.ChunkReader;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.SchemaStep;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one chunk after the other. When the destination's connection breaks, the chunk is tried again under the same snapshot: its
 * mark tells whether the lost COMMIT went through. When the source's breaks, the snapshot is gone and so is this attempt.
 *
 * <p>One thread.
 */
final class CopyWorker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CopyWorker.class);
    /** The snapshot holds the source's oldest transaction back, so a destination that stays away ends the attempt. */
    private static final int TRIES = 6;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final long REPORT_BYTES = 1 << 20;

    private final int number;
    private final DestinationSessions destination;
    private final FullCopy.Environment environment;
    private @Nullable ChunkLoader loader;
    private @Nullable DestinationSchema schema;

    /** @param number tells it apart from the others of the copy */
    CopyWorker(int number, DestinationSessions destination, FullCopy.Environment environment) {
        this.number = number;
        this.destination = destination;
        this.environment = environment;
    }

    int number() {
        return number;
    }

    void restart(TableMapping table) {
        loader().restart(table);
    }

    /** Defines what belongs to a copied table, while other workers go on copying. */
    void define(List<SchemaStep> steps) {
        if (steps.isEmpty()) {
            return;
        }
        DestinationSchema session = schema;
        if (session == null) {
            session = destination.schema();
            schema = session;
        }
        for (SchemaStep step : steps) {
            environment.stop().check();
            if (session.run(step)) {
                environment.faults().reached(FaultPoint.INDEXES_CREATED);
            }
        }
    }

    /** Returns false when the source does not let the chunk be read now, such as when somebody waits to change the table. */
    boolean copy(OpenTable.Piece piece) {
        for (int tries = 1; ; tries++) {
            try {
                long before = piece.table().watch().bytes();
                if (tries > 1
                        && loader().committed(
                                        piece.table().mapping(), piece.chunk().number())) {
                    return true;
                }
                if (!pump(piece)) {
                    return false;
                }
                log.debug(
                        "chunk table={} number={} bytes={}",
                        piece.chunk().table(),
                        piece.chunk().number(),
                        piece.table().watch().bytes() - before);
                return true;
            } catch (DestinationLost lost) {
                dropLoader();
                boolean passes = lost.cause.kind().reaction() == Reaction.RETRY_CONNECTION
                        || lost.cause.kind().reaction() == Reaction.RETRY_OTHER;
                if (!passes || tries == TRIES) {
                    throw lost.cause;
                }
                log.warn(
                        "tries a chunk again table={} chunk={} cause=\"{}\"",
                        piece.chunk().table(),
                        piece.chunk().number(),
                        lost.cause.getMessage());
                environment.stop().await(PAUSE);
                environment.stop().check();
            }
        }
    }

    private boolean pump(OpenTable.Piece piece) throws DestinationLost {
        OpenTable table = piece.table();
        ChunkReader opened = open(piece);
        if (opened == null) {
            return false;
        }
        try (ChunkReader reader = opened) {
            begin(piece);
            long unreported = 0;
            for (byte[] data = reader.next(); data != null; data = reader.next()) {
                write(data);
                unreported += data.length;
                // Shared counters are touched once per many rows.
                if (unreported >= REPORT_BYTES) {
                    table.watch().addBytes(unreported);
                    unreported = 0;
                    environment.stop().check();
                }
            }
            table.watch().addBytes(unreported);
            table.watch().addRows(commit());
            return true;
        } catch (PenstockException e) {
            // The source's failure leaves the COPY into the destination open; only cutting the session ends it.
            dropLoader();
            throw e;
        }
    }

    /** Null when the table is to be left alone for now. */
    private static @Nullable ChunkReader open(OpenTable.Piece piece) {
        OpenTable table = piece.table();
        try {
            return table.copy().read(piece.chunk(), table.mapping(), table.format());
        } catch (PenstockException e) {
            if (e.kind() != ErrorKind.TRANSIENT && !table.leftAlone()) {
                throw e;
            }
            log.info(
                    "leaves a table alone for now table={} cause=\"{}\"",
                    table.definition().name(),
                    e.getMessage());
            return null;
        }
    }

    private void begin(OpenTable.Piece piece) throws DestinationLost {
        try {
            loader().begin(
                            piece.table().mapping(),
                            piece.chunk().number(),
                            piece.table().format());
        } catch (PenstockException e) {
            throw new DestinationLost(e);
        }
    }

    private void write(byte[] data) throws DestinationLost {
        try {
            loader().write(data);
        } catch (PenstockException e) {
            throw new DestinationLost(e);
        }
    }

    private long commit() throws DestinationLost {
        try {
            return loader().commit();
        } catch (PenstockException e) {
            throw new DestinationLost(e);
        }
    }

    private ChunkLoader loader() {
        ChunkLoader current = loader;
        if (current == null) {
            current = destination.loader();
            loader = current;
        }
        return current;
    }

    private void dropLoader() {
        ChunkLoader current = loader;
        loader = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void close() {
        dropLoader();
        DestinationSchema session = schema;
        if (session != null) {
            session.close();
        }
    }

    /** The destination's side of the pump failed. */
    private static final class DestinationLost extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient PenstockException cause;

        DestinationLost(PenstockException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
