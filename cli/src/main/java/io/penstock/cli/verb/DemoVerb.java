package io.penstock.cli.verb;

import io.penstock.cli.demo.Demo;
import io.penstock.cli.demo.Demo.Compared;
import io.penstock.cli.text.JsonLines;
import io.penstock.cli.text.LogLines;
import io.penstock.cli.text.TextTable;
import io.penstock.cli.text.Units;
import io.penstock.cli.watch.RunView;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what Penstock does without any preparation. */
@Command(
        name = "demo",
        description =
                "Start two embedded PostgreSQL servers and a live shop, synchronise them, compare every row. Ctrl-C ends it.")
final class DemoVerb implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final Flags flags = new Flags();

    @Option(names = "--seconds", paramLabel = "N", description = "End after so many seconds instead of at Ctrl-C.")
    private @Nullable Integer seconds;

    @Option(names = "--no-console", description = "Do without the web console.")
    private boolean noConsole;

    DemoVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (flags.debug) {
            LogLines.debug();
        }
        RunView view = RunView.of(shell.out(), flags.json, shell.terminal());
        PrintStream people = flags.json ? shell.err() : shell.out();
        Demo demo = new Demo(
                new Demo.Options(Optional.ofNullable(seconds).map(Duration::ofSeconds), !noConsole),
                view,
                shell.err(),
                people::println);
        shell.interruption().stopFirstWith(demo::end);
        try {
            List<Compared> compared = demo.run();
            int exit = compared.stream().allMatch(Compared::equal) ? ExitCode.DONE : ExitCode.CHECK_FAILED;
            report(compared);
            view.end(exit, Optional.empty());
            return exit;
        } catch (RuntimeException e) {
            view.end(Failure.exitCode(e, false), Optional.of(Failure.message(e)));
            return Failure.report(shell.err(), e, flags.debug);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
    }

    private void report(List<Compared> compared) {
        if (flags.json) {
            JsonLines json = new JsonLines(shell.out());
            compared.forEach(c -> json.print(json(c)));
            return;
        }
        TextTable table = new TextTable(List.of("table", "rows at source", "at destination", "equal"), Set.of(1, 2));
        compared.forEach(c -> table.row(
                c.table(), Units.count(c.sourceRows()), Units.count(c.destinationRows()), c.equal() ? "yes" : "NO"));
        table.lines().forEach(shell.out()::println);
        long different = compared.stream().filter(c -> !c.equal()).count();
        shell.out()
                .println(
                        different == 0
                                ? "Every row of " + compared.size() + " tables is equal."
                                : different + " of " + compared.size() + " tables differ.");
    }

    private static Map<String, Object> json(Compared compared) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("event", "compared");
        object.put("table", compared.table());
        object.put("rowsSource", compared.sourceRows());
        object.put("rowsDestination", compared.destinationRows());
        object.put("equal", compared.equal());
        return object;
    }
}
