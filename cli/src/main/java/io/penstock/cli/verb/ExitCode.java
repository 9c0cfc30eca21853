package io.penstock.cli.verb;

import io.penstock.core.error.ErrorKind;

/** The exit codes of the contract. */
public final class ExitCode {
    public static final int DONE = 0;
    /** A check failed, or differences were found. */
    public static final int CHECK_FAILED = 1;
    /** Arguments or task file. */
    public static final int USAGE = 2;
    /** A database cannot be reached or refuses the login. */
    public static final int UNREACHABLE = 3;

    public static final int FAILED = 4;
    public static final int INTERRUPTED = 130;

    private ExitCode() {}

    /** Of what fails outside a running task. */
    public static int of(ErrorKind kind) {
        return of(kind, false);
    }

    /** @param begun whether the task had passed its checks, so that what a database lacks now is a failure of the task */
    public static int of(ErrorKind kind, boolean begun) {
        return switch (kind) {
            case USAGE, NOT_YET -> USAGE;
            case PRECHECK -> begun ? FAILED : CHECK_FAILED;
            case CONNECTION, LOGIN -> UNREACHABLE;
            case INTERRUPTED -> INTERRUPTED;
            case TRANSIENT,
                    REFUSED,
                    DEFINITION_CHANGED,
                    DIVERGED,
                    POSITION_LOST,
                    RETENTION_EXCEEDED,
                    PROTOCOL,
                    INTERNAL -> FAILED;
        };
    }
}
