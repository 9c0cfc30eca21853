package io.penstock.cli;

import io.penstock.cli.verb.Interruption;
import io.penstock.cli.verb.Program;
import io.penstock.cli.verb.Shell;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The entry point of the command line. */
public final class Main {
    private Main() {}

    @SuppressWarnings("SystemConsoleNull") // see below
    public static void main(String[] args) {
        Interruption interruption = Interruption.ofThisProcess();
        // Since JDK 22 a console may be returned for a pipe too; ./penstock passes -Djdk.console=java.base, which does
        // not.
        boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
        // In the encoding of the locale (LANG=C in containers and cron) names of tables would turn into question marks.
        System.setOut(utf8(FileDescriptor.out));
        System.setErr(utf8(FileDescriptor.err));
        int exit = Program.execute(new Shell(System.out, System.err, terminal, interruption), args);
        interruption.finished();
        System.exit(exit);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), true, StandardCharsets.UTF_8);
    }
}
