package io.penstock.core.task;

import java.time.Duration;

/**
 * How long the task tries again by itself.
 *
 * @param connection after a lost or refused connection; longer than {@code other}
 * @param other after any other failure that may pass
 */
public record RetrySpec(Duration connection, Duration other) {
    /** A night: long enough for an outage to be mended in the morning (the reference's default too). */
    public static final Duration DEFAULT_CONNECTION = Duration.ofHours(12);

    /** What has not passed after ten minutes needs a person (the reference's default too). */
    public static final Duration DEFAULT_OTHER = Duration.ofMinutes(10);

    public static final RetrySpec DEFAULT = new RetrySpec(DEFAULT_CONNECTION, DEFAULT_OTHER);
}
