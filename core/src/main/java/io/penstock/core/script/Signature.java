package io.penstock.core.script;

import java.util.Set;

/**
 * How a function is called.
 *
 * @param usage a call as the documentation would write it, for messages
 * @param least number of arguments without names
 * @param most likewise
 * @param names that named arguments may have
 */
record Signature(String usage, int least, int most, Set<String> names) {
    /** As many as a script of bounded length holds. */
    static final int MANY = Integer.MAX_VALUE;

    static Signature of(String usage, int least, int most) {
        return new Signature(usage, least, most, Set.of());
    }
}
