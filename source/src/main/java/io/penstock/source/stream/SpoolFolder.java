package io.penstock.source.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where transactions are kept that the source sends while they are open. When that fails once, the source keeps them for the rest of the run,
 * as it does before PostgreSQL 15. Any thread.
 */
public final class SpoolFolder {
    private static final Logger log = LoggerFactory.getLogger(SpoolFolder.class);

    private final Path folder;
    private volatile boolean usable = true;

    public SpoolFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder for temporary files of this process. */
    public static SpoolFolder temporary() {
        return new SpoolFolder(Path.of(System.getProperty("java.io.tmpdir")));
    }

    boolean usable() {
        return usable;
    }

    StreamedTransactions transactions() {
        return new StreamedTransactions(folder);
    }

    /** The stream has to begin again; what it brings then needs no room here. */
    PenstockException failed(IOException cause) {
        if (cause instanceof ClosedByInterruptException) {
            return new PenstockException(ErrorKind.INTERRUPTED, "Interrupted while reading the stream.", cause);
        }
        usable = false;
        log.warn(
                "open transactions cannot be kept here, so the source keeps them folder={} cause=\"{}\"",
                folder,
                cause.toString());
        return new PenstockException(
                ErrorKind.TRANSIENT,
                "Cannot keep an open transaction of the source in " + folder + ": " + cause
                        + ". Set another folder with PENSTOCK_JAVA_OPTS=-Djava.io.tmpdir=FOLDER.",
                cause);
    }
}
