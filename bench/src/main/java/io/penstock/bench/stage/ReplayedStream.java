package io.penstock.bench.stage;

import io.penstock.core.lsn.Lsn;
import io.penstock.core.stream.ChangeStream;
import io.penstock.core.stream.MessageConsumer;
import org.jspecify.annotations.Nullable;

/** Hands captured messages on as fast as they are taken; then nothing more arrives. One thread. */
final class ReplayedStream implements ChangeStream {
    private final CapturedMessages messages;
    private final MessageDecoder decoder;
    private boolean ended;
    private long received;

    ReplayedStream(CapturedMessages messages, MessageDecoder decoder, long from) {
        this.messages = messages;
        this.decoder = decoder;
        this.received = from;
    }

    @Override
    public boolean next(MessageConsumer consumer) {
        byte @Nullable [] message = ended ? null : messages.next();
        if (message == null) {
            ended = true;
            pause();
            return false;
        }
        if (CapturedMessages.isCommit(message)) {
            received = Lsn.max(received, CapturedMessages.commitEnd(message));
        }
        decoder.decode(message, 0, consumer);
        return true;
    }

    /** As long as the real stream waits for something to arrive. */
    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public long receivedLsn() {
        return received;
    }

    @Override
    public void confirm(long lsn) {
        // Nobody keeps anything for us.
    }

    @Override
    public void close() {
        messages.close();
    }
}
