package io.penstock.bench.contender;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** One contender in one run. Called in the order of the methods, by one thread. */
public interface Entry extends AutoCloseable {
    /**
     * Everything that is not part of the time: starts the process, if there is one.
     *
     * @param marker position at the source before the last transaction, which writes the marker row; 0 for a full copy
     */
    void ready(long marker);

    /** The time begins. */
    void go();

    /** Returns as soon as everything is at the destination, or read. */
    void awaitEnd(Duration limit);

    /** CPU seconds of the process of its own, since {@link #go}; NaN when it has none. */
    double cpuSeconds();

    /** Largest memory of the process of its own, in bytes. */
    OptionalDouble peakMemory();

    /** The slot it reads, so that the server's process that serves it can be looked at. */
    Optional<String> slot();

    /** Whether it writes, so that the destination must be equal now. */
    boolean writes();

    /** A clean end. */
    void stop();

    /** Removes what stands in the way of dropping the databases. */
    @Override
    void close();
}
