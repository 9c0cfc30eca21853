package io.penstock.destination.dialect;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * In what form the rows of a table are stored.
 *
 * @param name as the task file calls it; empty leaves it to the server's default
 * @param options of the {@code WITH} clause, in the task file's order; names are lower-case identifiers, with a dot at most
 */
public record Storage(Optional<String> name, Map<String, String> options) {
    public static final Storage DEFAULT = new Storage(Optional.empty(), Map.of());

    private static final Pattern BARE = Pattern.compile("-?[0-9]+(\\.[0-9]+)?|true|false");

    public Storage {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    public static Storage named(String name) {
        return new Storage(Optional.of(name), Map.of());
    }

    /** What is not said here is as there. Options belong to the storage they were given for: another one begins without. */
    public Storage or(Storage other) {
        if (name.isPresent()) {
            return this;
        }
        return options.isEmpty() ? other : new Storage(other.name, options);
    }

    /** As they stand between the parentheses of {@code WITH}; right with {@code standard_conforming_strings}. */
    String optionList() {
        return options.entrySet().stream()
                .map(o -> o.getKey() + "=" + value(o.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** Every server reads a word in quotes; bare ones must not be key words. */
    private static String value(String text) {
        return BARE.matcher(text).matches() ? text : '\'' + text.replace("'", "''") + '\'';
    }
}
