package io.penstock.cli;

import io.penstock.cli.verb.Interruption;
import io.penstock.cli.verb.Program;
import io.penstock.cli.verb.Shell;

/** The entry point of the command line. */
public final class Main {
    private Main() {}

    @SuppressWarnings("SystemConsoleNull") // see below
    public static void main(String[] args) {
        Interruption interruption = Interruption.ofThisProcess();
        // Since JDK 22 a console may be returned for a pipe too; ./penstock passes -Djdk.console=java.base, which does
        // not.
        boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
        int exit = Program.execute(new Shell(System.out, System.err, terminal, interruption), args);
        interruption.finished();
        System.exit(exit);
    }
}
