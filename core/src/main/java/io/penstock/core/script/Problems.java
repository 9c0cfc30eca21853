package io.penstock.core.script;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is found at places of one text. One thread. */
final class Problems {
    private final String text;
    private final List<Found> found = new ArrayList<>();

    private record Found(int offset, String message) {}

    Problems(String text) {
        this.text = text;
    }

    void add(int offset, String message) {
        Found one = new Found(offset, message);
        if (!found.contains(one)) {
            found.add(one);
        }
    }

    void add(Untranslatable reason) {
        add(reason.offset(), reason.reason());
    }

    int size() {
        return found.size();
    }

    /** Forgets what was added since there were so many. */
    void backTo(int size) {
        found.subList(size, found.size()).clear();
    }

    List<ScriptProblem> list() {
        return found.stream()
                .sorted(Comparator.comparingInt(Found::offset))
                .map(one -> ScriptProblem.at(one.offset(), text, one.message()))
                .toList();
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ScriptException(list());
        }
    }
}
