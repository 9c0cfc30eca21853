package io.penstock.cli.verb;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** All verbs, put together. */
public final class Program {
    private Program() {}

    /** Runs one command line and returns its exit code; nothing is thrown. */
    public static int execute(Shell shell, String... args) {
        try {
            return commandLine(shell).execute(args);
        } catch (Error e) {
            return Failure.report(shell.err(), e, !(e instanceof OutOfMemoryError));
        }
    }

    static CommandLine commandLine(Shell shell) {
        CommandLine root = new CommandLine(new RootVerb());
        root.addSubcommand(new PrecheckVerb(shell));
        root.addSubcommand(new PlanVerb(shell));
        root.addSubcommand(new RunVerb(shell));
        root.addSubcommand(new StatusVerb(shell));
        root.addSubcommand(new DdlLogVerb(shell));
        root.addSubcommand(new ResumeTableVerb(shell));
        root.addSubcommand(later("verify", "E", "Compare source and destination exactly, and repair."));
        root.addSubcommand(later("objects", "E", "Change what a task synchronises."));
        root.addSubcommand(later("cutover", "E", "Bring the destination to the point of switching over."));
        root.addSubcommand(new ReleaseVerb(shell));
        root.addSubcommand(later("serve", "F", "Serve the REST API and the web console."));
        root.addSubcommand(later("submit", "G", "Run the task on an Apache Flink cluster."));
        root.addSubcommand(new DemoVerb(shell));
        root.addSubcommand(new SchemaVerb(shell));
        root.addSubcommand(new VersionVerb(shell));
        root.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8));
        root.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
        root.setParameterExceptionHandler((e, args) -> usage(shell, e));
        root.setExecutionExceptionHandler((e, commandLine, result) ->
                Failure.report(shell.err(), e, result.hasMatchedOption("--debug") || hasDebug(result)));
        root.setUsageHelpWidth(100);
        return root;
    }

    private static boolean hasDebug(CommandLine.ParseResult result) {
        return result.hasSubcommand() && result.subcommand().hasMatchedOption("--debug");
    }

    private static CommandLine later(String name, String part, String description) {
        CommandLine verb = new CommandLine(new LaterVerb(name, part));
        verb.setCommandName(name);
        verb.getCommandSpec().usageMessage().description("Not yet (part " + part + "): " + description);
        return verb;
    }

    private static int usage(Shell shell, ParameterException e) {
        String verb = e.getCommandLine().getCommandSpec().qualifiedName(" ");
        String message = e.getMessage() == null ? "The arguments cannot be understood." : e.getMessage();
        String stop = message.endsWith(".") ? " " : ". ";
        shell.err().println("penstock: " + message + stop + "See `" + verb + " --help`.");
        return ExitCode.USAGE;
    }
}
