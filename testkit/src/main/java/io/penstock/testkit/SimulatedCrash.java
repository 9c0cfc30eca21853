package io.penstock.testkit;

import io.penstock.core.fault.FaultPoint;

/** The process "died" at a fault point. An {@link Error}, so that no handler of exceptions takes it for a failure to report or retry. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(FaultPoint point, int nth) {
        super("simulated crash at " + point + ", time " + nth);
    }
}
