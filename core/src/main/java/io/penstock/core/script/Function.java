package io.penstock.core.script;

import java.util.Set;

/** A function of the language that gives a value. */
record Function(Signature signature, Body body) {
    /** Turns translated arguments into SQL, or throws {@link Untranslatable}. */
    @FunctionalInterface
    interface Body {
        Value translate(Arguments arguments);
    }

    static Function of(String usage, int least, int most, Body body) {
        return new Function(Signature.of(usage, least, most), body);
    }

    static Function named(String usage, int count, Set<String> names, Body body) {
        return new Function(new Signature(usage, count, count, names), body);
    }
}
