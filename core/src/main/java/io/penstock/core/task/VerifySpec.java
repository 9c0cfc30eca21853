package io.penstock.core.task;

import java.time.Duration;
import java.util.Optional;

/**
 * Verification by the task itself.
 *
 * @param after after which phase
 * @param every how often; empty: never
 * @param sample share of the rows compared
 */
public record VerifySpec(VerifyAfter after, Optional<Duration> every, Percent sample) {
    /** A copy is worth what its verification says. */
    public static final VerifyAfter DEFAULT_AFTER = VerifyAfter.FULL;

    /** It costs reads on the source, so a schedule is the user's decision. */
    public static final Optional<Duration> DEFAULT_EVERY = Optional.empty();

    public static final Percent DEFAULT_SAMPLE = Percent.ALL;

    public static final VerifySpec DEFAULT = new VerifySpec(DEFAULT_AFTER, DEFAULT_EVERY, DEFAULT_SAMPLE);
}
