package io.penstock.cli.verb;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.io.PrintStream;

/** How a failure is told: one paragraph and an exit code. */
final class Failure {
    private Failure() {}

    /** Prints the failure and returns the exit code. */
    static int report(PrintStream err, Throwable failure, boolean debug) {
        print(err, failure, debug);
        return exitCode(failure, false);
    }

    static void print(PrintStream err, Throwable failure, boolean debug) {
        err.println("penstock: " + message(failure));
        if (debug) {
            failure.printStackTrace(err);
        }
    }

    /** @param begun whether the task had passed its checks */
    static int exitCode(Throwable failure, boolean begun) {
        return ExitCode.of(failure instanceof PenstockException known ? known.kind() : ErrorKind.INTERNAL, begun);
    }

    static String message(Throwable failure) {
        if (failure instanceof PenstockException && failure.getMessage() != null) {
            return failure.getMessage();
        }
        if (failure instanceof OutOfMemoryError) {
            return "out of memory with a heap of " + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB. One row must fit three times; give more with PENSTOCK_JAVA_OPTS=-Xmx2g. A plain run goes on from the last"
                    + " commit.";
        }
        return "a defect of Penstock: " + failure
                + ". Please report it with the stack trace that --debug prints; a plain run goes on from the last commit.";
    }
}
