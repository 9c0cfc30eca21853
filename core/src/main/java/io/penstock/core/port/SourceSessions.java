package io.penstock.core.port;

import io.penstock.core.stream.ChangeStream;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Opens the source's ports; each call is a session of its own, to be closed by the caller. Thread-safe. */
public interface SourceSessions {
    SourceSetup setup();

    SlotControl slot();

    TableCopySource copies();

    /**
     * Starts reading the task's slot where everything is applied.
     *
     * @param applied the position up to which everything is durable at the destination, now and at any later moment
     * @param starved whether the writer mostly waits for changes
     */
    ChangeStream stream(LongSupplier applied, BooleanSupplier starved);

    /** Reads what the source logs of changed definitions. */
    SchemaEventDecoder schemaEvents();

    /** Cuts every session that is open now, whatever it waits for; whoever uses one gets a CONNECTION error. */
    void cut();
}
