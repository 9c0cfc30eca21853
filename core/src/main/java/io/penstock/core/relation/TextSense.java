package io.penstock.core.relation;

import java.util.Set;

/**
 * How a database compares texts that have no collation of their own, and which expressions of a rule depend on it.
 *
 * @param order by what texts are ordered, such as {@code en_US.utf8} or {@code C}; the same text means the same order
 * @param letters by what letters are known and change their case
 * @param ordered keys, see {@link RuleTrial}, of expressions that order such texts
 * @param lettered keys of those whose value may depend on it otherwise
 */
public record TextSense(String order, String letters, Set<String> ordered, Set<String> lettered) {
    /** Nobody has asked. */
    public static final TextSense UNKNOWN = new TextSense("", "", Set.of(), Set.of());

    public TextSense {
        ordered = Set.copyOf(ordered);
        lettered = Set.copyOf(lettered);
    }
}
