package io.penstock.engine.run;

import io.penstock.core.check.Finding;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.util.List;
import java.util.stream.Collectors;

/** Turns failed findings into one error that lists them all with their remedies. */
final class PrecheckFailure {
    private PrecheckFailure() {}

    static PenstockException of(List<Finding> failed) {
        String all = failed.stream()
                .map(f -> "  " + f.item() + ": " + f.why() + "\n    " + f.fix())
                .collect(Collectors.joining("\n"));
        return new PenstockException(
                ErrorKind.PRECHECK, "The task cannot start; nothing was changed. What is missing:\n" + all);
    }
}
