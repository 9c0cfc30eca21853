package io.penstock.core.task;

/** A value that must not be shown: a password, a webhook address. Only {@link #value()} gives it away. */
public record Secret(String value) {
    public static final String MASK = "****";

    @Override
    public String toString() {
        return MASK;
    }
}
