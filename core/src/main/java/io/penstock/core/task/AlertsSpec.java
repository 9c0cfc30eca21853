package io.penstock.core.task;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who is told when something is wrong.
 *
 * @param lag an alert from this lag on
 * @param webhook address to post to; a secret, since many services put their token into it
 * @param mail addresses to write to
 */
public record AlertsSpec(Duration lag, Optional<Secret> webhook, List<String> mail) {
    /** Well above any batch and any checkpoint of a healthy server. */
    public static final Duration DEFAULT_LAG = Duration.ofSeconds(60);

    public static final AlertsSpec DEFAULT = new AlertsSpec(DEFAULT_LAG, Optional.empty(), List.of());

    public AlertsSpec {
        mail = List.copyOf(mail);
    }
}
