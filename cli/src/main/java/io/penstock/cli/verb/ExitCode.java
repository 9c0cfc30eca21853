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

    public static int of(ErrorKind kind) {
        return switch (kind) {
            case USAGE, NOT_YET -> USAGE;
            case PRECHECK -> CHECK_FAILED;
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
