package io.penstock.core.port;

import io.penstock.core.change.Alignment;

/** Opens the destination's ports; each call is a session of its own, to be closed by the caller. Thread-safe. */
public interface DestinationSessions {
    ProgressStore progress();

    DestinationSchema schema();

    ChunkLoader loader();

    /** Continues at the position stored in the progress. */
    BatchWriter writer();

    /** A store whose every call is durable; {@link DefinitionStore} tells of the other kind. */
    DefinitionStore definitions();

    QuarantineStore quarantine();

    /**
     * Changes definitions, and what is known of them, in one transaction.
     *
     * @throws io.penstock.core.error.PenstockException REFUSED with the statement that the destination refuses; nothing is changed then
     */
    void align(Alignment alignment);

    /** Cuts every session that is open now, whatever it waits for; whoever uses one gets a CONNECTION error. */
    void cut();
}
