package io.penstock.engine.run;

import io.penstock.core.check.Finding;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationDemands;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.mapping.ListedTables;
import io.penstock.engine.mapping.MappingChecks;
import io.penstock.engine.mapping.RuleCheck;
import io.penstock.engine.mapping.RuledSchema;
import io.penstock.engine.mapping.SelectiveKeys;
import java.util.ArrayList;
import java.util.List;

/** Every check of both databases. Changes nothing. */
public final class Precheck {
    private Precheck() {}

    /** Opens sessions of its own. A task that has begun is not blamed for its own tables. */
    public static List<Finding> run(TaskSpec spec, SourceSessions source, DestinationSessions destination) {
        try (ProgressStore progress = destination.progress();
                SourceSetup setup = source.setup();
                DestinationSchema schema = destination.schema()) {
            boolean begun = progress.task().isPresent();
            Catalog catalog = setup.catalog(spec.objects());
            if (!begun) {
                // A table may be dropped while a task follows it.
                ListedTables.require(spec, catalog);
            }
            if (!begun) {
                return findings(spec, new Ends(setup, schema), catalog);
            }
            List<Finding> findings = new ArrayList<>(setup.check(catalog));
            try (DefinitionStore known = destination.definitions()) {
                findings.addAll(schema.check(catalog, known.read().names(), begunDemands(spec, catalog)));
            }
            findings.add(RuleCheck.begun(
                    spec, progress.tables().stream().map(TableProgress::mapping).toList(), setup, schema));
            return findings;
        }
    }

    /** Its tables are there, and their rows are its own. */
    private static DestinationDemands begunDemands(TaskSpec spec, Catalog catalog) {
        DestinationDemands first = MappingChecks.demands(spec, catalog, false);
        return new DestinationDemands(false, false, first.takeExisting(), first.shareable(), first.mayLackColumns());
    }

    /** A session at each end. */
    record Ends(SourceSetup source, DestinationSchema destination) {}

    /** For a task that has not begun. */
    static List<Finding> findings(TaskSpec spec, Ends ends, Catalog catalog) {
        DestinationNames names = SelectiveKeys.choose(
                spec, ends.source(), catalog, TaskNames.of(spec).of(catalog));
        DestinationDemands demands = MappingChecks.demands(spec, catalog, spec.runs(Phase.SCHEMA));
        List<Finding> findings = new ArrayList<>(ends.source().check(catalog));
        RuleCheck rules = new RuleCheck(spec, ends.source(), ends.destination());
        List<Finding> expressions = rules.findings(catalog, demands.create());
        boolean possible = expressions.stream().noneMatch(f -> f.state() == Finding.State.FAILED);
        DestinationSchema schema = possible ? new RuledSchema(ends.destination(), rules.rules()) : ends.destination();
        findings.addAll(schema.check(catalog, names, demands));
        findings.addAll(expressions);
        findings.addAll(MappingChecks.of(spec, catalog, names));
        return findings;
    }
}
