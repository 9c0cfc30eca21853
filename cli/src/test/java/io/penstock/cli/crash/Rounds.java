package io.penstock.cli.crash;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.penstock.source.stream.CatchUpStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Counts the rounds that a catch-up reader tells of in its log. */
final class Rounds extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(CatchUpStream.class);

    private final Queue<Long> messages = new ConcurrentLinkedQueue<>();

    Rounds() {
        LOG.setLevel(Level.DEBUG);
        LOG.addAppender(this);
        start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getMessage().startsWith("round ")) {
            messages.add((Long) event.getArgumentArray()[0]);
        }
    }

    long withMessages() {
        return messages.stream().filter(count -> count > 0).count();
    }

    long empty() {
        return messages.stream().filter(count -> count == 0).count();
    }

    @Override
    public void close() {
        LOG.detachAppender(this);
        LOG.setLevel(null);
    }
}
