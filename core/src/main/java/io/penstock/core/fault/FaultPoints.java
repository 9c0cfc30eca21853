package io.penstock.core.fault;

/**
 * Told by production code that it got to a {@link FaultPoint}. Called from several threads. An implementation returns normally or throws
 * an {@link Error} that stands for the sudden death of the process; callers must not catch it, nor clean up databases because of it.
 */
@FunctionalInterface
public interface FaultPoints {
    /** Production: nothing happens. */
    FaultPoints NONE = point -> {};

    void reached(FaultPoint point);
}
