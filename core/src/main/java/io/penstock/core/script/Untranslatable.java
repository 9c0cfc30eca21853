package io.penstock.core.script;

/** Ends the work on one part of a script; caught inside this package, where it becomes a {@link ScriptProblem}. */
final class Untranslatable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int offset;
    private final String reason;

    Untranslatable(int offset, String reason) {
        super(reason, null, false, false);
        this.offset = offset;
        this.reason = reason;
    }

    int offset() {
        return offset;
    }

    String reason() {
        return reason;
    }
}
