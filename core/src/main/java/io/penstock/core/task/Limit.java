package io.penstock.core.task;

import java.util.OptionalLong;

/** An upper bound, or none. The unit belongs to the component that holds it. */
public record Limit(OptionalLong value) {
    public static final Limit UNLIMITED = new Limit(OptionalLong.empty());

    public static Limit of(long value) {
        return new Limit(OptionalLong.of(value));
    }

    public boolean isUnlimited() {
        return value.isEmpty();
    }

    @Override
    public String toString() {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "unlimited";
    }
}
