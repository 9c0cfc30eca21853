package io.penstock.core.port;

import io.penstock.core.stream.ChangeStream;

/** Opens the source's ports; each call is a session of its own, to be closed by the caller. Thread-safe. */
public interface SourceSessions {
    SourceSetup setup();

    SlotControl slot();

    TableCopySource copies();

    /** Starts reading the task's slot at a position up to which everything is applied. */
    ChangeStream stream(long from);

    /** Cuts every session that is open now, whatever it waits for; whoever uses one gets a CONNECTION error. */
    void cut();
}
