package io.penstock.bench.contender;

import io.penstock.bench.workload.Workload;
import java.util.Optional;

/** Somebody to measure. Stateless; every run has an {@link Entry} of its own. */
public interface Contender {
    /** As on the command line and in the tables. */
    String name();

    /** Whether it can do this at all, and whether it is worth the time unless asked for by name. */
    Fit fit(Workload workload);

    /** Why it cannot run here, such as a program that is not installed. */
    default Optional<String> missing() {
        return Optional.empty();
    }

    /** Sets its starting point; for a drain this is before the changes are made. Closed by the caller. */
    Entry enter(Site site);

    /** How well a contender and a workload go together. */
    enum Fit {
        NEVER,
        WHEN_ASKED,
        ALWAYS
    }
}
