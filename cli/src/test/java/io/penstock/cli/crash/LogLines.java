package io.penstock.cli.crash;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What loggers below a name tell while it is open. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger logger;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    LogLines(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        logger.addAppender(this);
        start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getLevel() + " " + event.getFormattedMessage());
    }

    boolean any(String... parts) {
        return lines.stream().anyMatch(line -> {
            boolean all = true;
            for (String part : parts) {
                all &= line.contains(part);
            }
            return all;
        });
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
