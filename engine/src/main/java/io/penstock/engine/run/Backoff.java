package io.penstock.engine.run;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses between tries: doubling from half a second to half a minute, each shortened by up to half so that tasks do not meet. */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final RandomGenerator random;
    private int tries;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        long full = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(tries, 10));
        tries++;
        return Duration.ofMillis(full - random.nextLong(full / 2 + 1));
    }

    void reset() {
        tries = 0;
    }
}
