package io.penstock.cli.watch;

import io.penstock.cli.text.JsonLines;
import io.penstock.cli.text.Screen;
import java.io.PrintStream;
import java.util.Optional;

/** Shows a run. All calls from one thread at a time. */
public interface RunView {
    /** Called several times per second. */
    void show(Observation now);

    /** The run is over; from now on others may print. */
    default void leave() {}

    /** The last call: how the verb ends. */
    default void end(int exitCode, Optional<String> error) {}

    /** Logs may come between what is shown; this is where they go. */
    default void log(PrintStream err, String line) {
        err.println(line);
    }

    /** The view that suits the flags and where the output goes. */
    static RunView of(PrintStream out, boolean json, boolean terminal) {
        if (json) {
            return new JsonView(new JsonLines(out));
        }
        return terminal ? new LiveView(new Screen(out)) : new PlainView(out);
    }
}
