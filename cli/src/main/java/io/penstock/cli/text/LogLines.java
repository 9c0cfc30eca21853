package io.penstock.cli.text;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.Iterator;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logback, as far as a flag or a terminal changes what its configuration file says. */
public final class LogLines {
    private static final String ROOT = "io.penstock";

    private LogLines() {}

    /** More lines, with the exceptions that were handled. */
    public static void debug() {
        context().getLogger(ROOT).setLevel(Level.DEBUG);
    }

    /** Only warnings and errors: somebody else tells the story. */
    public static void warningsOnly() {
        context().getLogger(ROOT).setLevel(Level.WARN);
    }

    /**
     * Sends log lines somewhere else than to stderr, until the result is closed.
     *
     * @param line takes one line without its end
     */
    public static Diversion divert(Consumer<String> line) {
        LoggerContext context = context();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        Iterator<Appender<ILoggingEvent>> appenders = root.iteratorForAppenders();
        Appender<ILoggingEvent> usual = appenders.next();
        Appender<ILoggingEvent> diverted = new LineAppender(context, line);
        diverted.start();
        root.addAppender(diverted);
        root.detachAppender(usual);
        return () -> {
            root.addAppender(usual);
            root.detachAppender(diverted);
        };
    }

    /** Ends by being closed. */
    public interface Diversion extends AutoCloseable {
        @Override
        void close();
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static final class LineAppender extends AppenderBase<ILoggingEvent> {
        private final PatternLayout layout = new PatternLayout();
        private final Consumer<String> line;

        LineAppender(LoggerContext context, Consumer<String> line) {
            this.line = line;
            setContext(context);
            layout.setContext(context);
            layout.setPattern("%d{HH:mm:ss.SSS} %-5level %msg%nopex");
            layout.start();
        }

        @Override
        protected void append(ILoggingEvent event) {
            line.accept(layout.doLayout(event));
        }
    }
}
