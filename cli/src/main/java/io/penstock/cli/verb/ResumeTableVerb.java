package io.penstock.cli.verb;

import io.penstock.cli.Wiring;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.TaskSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lets tables go on whose change of definition the destination has refused. */
@Command(
        name = "resume-table",
        description =
                "Let tables go on, and those below them, after a person has removed what stood in the way of their change, or has run"
                        + " the statement that `status` shows. A running task notices within a second; a stopped one goes on with its"
                        + " next run.")
final class ResumeTableVerb implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final Flags flags = new Flags();

    @Mixin
    private final TaskArgument argument = new TaskArgument();

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "TABLE",
            description = "Tables by their names at the source, quoted as in SQL where needed.")
    @SuppressWarnings("NullAway.Init")
    private List<String> names;

    ResumeTableVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        TaskSpec task = argument.readAny();
        List<QualifiedName> wanted = names.stream().map(QualifiedName::parse).toList();
        DestinationSessions destination = new Wiring(task, FaultPoints.NONE).destination();
        try (ProgressStore progress = destination.progress();
                DefinitionStore definitions = destination.definitions()) {
            List<TableProgress> tables = progress.tables();
            wanted.forEach(name -> find(tables, name));
            for (QualifiedName name : withTablesBelow(wanted, definitions.read(), tables)) {
                progress.save(find(tables, name).resumed());
                shell.out().println(name + " goes on.");
            }
        }
        return ExitCode.DONE;
    }

    /** What waits for its parent's sake goes on with it. */
    private static Set<QualifiedName> withTablesBelow(
            List<QualifiedName> wanted, DefinitionModel model, List<TableProgress> tables) {
        Set<QualifiedName> waiting = tables.stream()
                .filter(t -> t.state() == TableState.ERRORED)
                .map(t -> t.mapping().source())
                .collect(Collectors.toSet());
        Set<QualifiedName> all = new LinkedHashSet<>(wanted);
        boolean grown = true;
        // Ends: each round adds at least one of finitely many tables.
        while (grown) {
            grown = false;
            for (TableDefinition table : model.tables()) {
                boolean below = table.parents().stream().anyMatch(all::contains);
                grown |= below && waiting.contains(table.name()) && all.add(table.name());
            }
        }
        return all;
    }

    private static TableProgress find(List<TableProgress> tables, QualifiedName name) {
        return tables.stream()
                .filter(t -> t.mapping().source().equals(name) && t.state() == TableState.ERRORED)
                .findFirst()
                .orElseThrow(
                        () -> new PenstockException(
                                ErrorKind.USAGE,
                                "Table " + name
                                        + " does not wait for anybody. `penstock status` shows the tables that do, in state errored."));
    }
}
