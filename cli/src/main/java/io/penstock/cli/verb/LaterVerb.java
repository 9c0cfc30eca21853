package io.penstock.cli.verb;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** A verb of the contract that a later part of Penstock brings. Takes any argument, because the later one will. */
@Command
@SuppressWarnings("UnusedVariable") // picocli writes the fields
final class LaterVerb implements Callable<Integer> {
    private final String name;
    private final String part;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    LaterVerb(String name, String part) {
        this.name = name;
        this.part = part;
    }

    @Override
    public Integer call() {
        throw new PenstockException(ErrorKind.NOT_YET, "`" + name + "`: not yet: comes with part " + part + ".");
    }
}
