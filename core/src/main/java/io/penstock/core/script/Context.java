package io.penstock.core.script;

import java.util.EnumSet;
import java.util.Set;

/** What one translation knows and collects. One thread. */
final class Context {
    private final ScriptTable table;
    private final Problems problems;
    private final Problems notes;
    private final Set<Dependence> dependsOn = EnumSet.noneOf(Dependence.class);

    Context(ScriptTable table, Problems notes, Problems problems) {
        this.table = table;
        this.notes = notes;
        this.problems = problems;
    }

    ScriptTable table() {
        return table;
    }

    Problems problems() {
        return problems;
    }

    Problems notes() {
        return notes;
    }

    Set<Dependence> dependsOn() {
        return dependsOn;
    }
}
