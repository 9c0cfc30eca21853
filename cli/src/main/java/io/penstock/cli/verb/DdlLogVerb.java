package io.penstock.cli.verb;

import io.penstock.cli.Wiring;
import io.penstock.cli.text.JsonLines;
import io.penstock.cli.text.TextTable;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.task.TaskSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the changes of definitions that were seen at the source and what the destination has done for them. */
@Command(
        name = "ddl-log",
        description = "List the changes of definitions seen at the source and what was done for them, oldest first.")
final class DdlLogVerb implements Callable<Integer> {
    /** A screen or two; who wants all asks for them. */
    private static final int DEFAULT_LIMIT = 100;

    /** Enough to know it again; --json has all of it. */
    private static final int LONGEST_QUERY = 60;

    private final Shell shell;

    @Mixin
    private final Flags flags = new Flags();

    @Mixin
    private final TaskArgument argument = new TaskArgument();

    @Option(names = "--limit", paramLabel = "N", description = "Only the newest N entries; 100 by default.")
    private int limit = DEFAULT_LIMIT;

    DdlLogVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        TaskSpec task = argument.readAny();
        try (DefinitionStore store =
                new Wiring(task, FaultPoints.NONE).destination().definitions()) {
            List<DdlEntry> entries = store.history(limit);
            if (flags.json) {
                JsonLines json = new JsonLines(shell.out());
                entries.forEach(entry -> json.print(json(entry)));
            } else {
                print(entries);
            }
        }
        return ExitCode.DONE;
    }

    private void print(List<DdlEntry> entries) {
        if (entries.isEmpty()) {
            shell.out().println("No change of a definition has been seen.");
            return;
        }
        TextTable table = new TextTable(
                List.of("time", "lsn", "command", "run at the source", "object", "result", "statement or reason"),
                Set.of());
        for (DdlEntry entry : entries) {
            table.row(
                    time(entry).toString(),
                    Lsn.format(entry.lsn()),
                    entry.tag(),
                    shortened(entry.query()),
                    oneLine(entry.object()),
                    entry.result().code(),
                    oneLine(text(entry)));
        }
        table.lines().forEach(shell.out()::println);
    }

    private static Instant time(DdlEntry entry) {
        return Instant.EPOCH.plus(entry.micros(), ChronoUnit.MICROS).truncatedTo(ChronoUnit.MILLIS);
    }

    private static String text(DdlEntry entry) {
        String error = entry.error();
        return switch (entry.result()) {
            case DONE -> entry.statement();
            case SKIPPED, FAILED -> error == null ? entry.statement() : error;
        };
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** In whole characters. */
    private static String shortened(String query) {
        String line = oneLine(query).strip();
        return line.codePointCount(0, line.length()) <= LONGEST_QUERY
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_QUERY - 3)) + "...";
    }

    private static Map<String, @Nullable Object> json(DdlEntry entry) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", entry.id());
        json.put("lsn", Lsn.format(entry.lsn()));
        json.put("time", time(entry).toString());
        json.put("command", entry.tag());
        json.put("object", entry.object());
        json.put("query", entry.query());
        json.put("result", entry.result().code());
        json.put("statement", entry.statement());
        json.put("error", entry.error());
        return json;
    }
}
