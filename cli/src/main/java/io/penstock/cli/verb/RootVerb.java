package io.penstock.cli.verb;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program without a verb. */
@Command(
        name = "penstock",
        description = "Keeps a PostgreSQL warehouse equal to a PostgreSQL database while that is being used.",
        versionProvider = VersionText.class,
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        footer = {
            "",
            "Exit codes: 0 done; 1 precheck failed or differences found; 2 bad usage or task file; 3 a database",
            "cannot be reached or refuses the login; 4 the task failed; 130 interrupted."
        })
@SuppressWarnings("UnusedVariable") // picocli writes the fields
final class RootVerb implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing verb.");
    }
}
