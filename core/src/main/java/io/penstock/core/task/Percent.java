package io.penstock.core.task;

/** A share, more than 0 and up to 100. */
public record Percent(double value) {
    public static final Percent ALL = new Percent(100);

    public Percent {
        if (!(value > 0 && value <= 100)) {
            throw new IllegalArgumentException("must be more than 0% and at most 100%");
        }
    }
}
