package io.penstock.cli.verb;

import picocli.CommandLine.Option;

/** The flags of every verb. */
final class Flags {
    @Option(names = "--json", description = "Print one JSON object per line on stdout; logs go to stderr.")
    boolean json;

    @Option(names = "--debug", description = "Log more, and print stack traces.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;
}
