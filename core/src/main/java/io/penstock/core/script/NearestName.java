package io.penstock.core.script;

import io.penstock.core.name.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what somebody may have meant. Pure. */
final class NearestName {
    private NearestName() {}

    /** {@code "; did you mean X?"}, or nothing when no name is near. */
    static String hint(String name, Collection<String> known, String quote) {
        String wanted = name.toLowerCase(Locale.ROOT);
        int limit = Math.max(1, Math.min(4, name.length() / 3));
        List<String> near = known.stream()
                .filter(k -> EditDistance.between(wanted, k.toLowerCase(Locale.ROOT)) <= limit)
                .sorted(Comparator.comparingInt((String k) -> EditDistance.between(wanted, k.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        return near.isEmpty() ? "" : "; did you mean " + quote + near.get(0) + quote + "?";
    }
}
