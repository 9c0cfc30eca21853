package io.penstock.bench.stage;

import io.penstock.core.stream.MessageConsumer;

/** The shipped decoder, which only the wiring may name. One thread. */
public interface MessageDecoder {
    void decode(byte[] message, int from, MessageConsumer consumer);
}
