package io.penstock.cli.verb;

import io.penstock.cli.text.JsonLines;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the versions of Penstock and of what it runs on. */
@Command(name = "version", description = "Print the versions of Penstock, Java and the PostgreSQL driver.")
final class VersionVerb implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final Flags flags = new Flags();

    VersionVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (flags.json) {
            new JsonLines(shell.out()).print(VersionText.parts());
        } else {
            VersionText.parts().forEach((name, version) -> shell.out().println(name + " " + version));
        }
        return ExitCode.DONE;
    }
}
