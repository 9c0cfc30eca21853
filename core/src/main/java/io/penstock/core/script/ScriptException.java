package io.penstock.core.script;

import java.util.List;
import java.util.stream.Collectors;

/** A script cannot be read, or cannot be translated for a table. Carries every problem that was found, in the order of the text. */
public final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ScriptProblem> problems;

    ScriptException(List<ScriptProblem> problems) {
        super(problems.stream().map(ScriptProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** At least one. */
    public List<ScriptProblem> problems() {
        return problems;
    }
}
