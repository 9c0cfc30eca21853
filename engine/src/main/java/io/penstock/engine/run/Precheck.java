package io.penstock.engine.run;

import io.penstock.core.check.Finding;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.schema.Catalog;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.mapping.ListedTables;
import io.penstock.engine.mapping.RuleCheck;
import io.penstock.engine.mapping.RuledSchema;
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
            if (begun) {
                List<Finding> findings = new ArrayList<>(setup.check(catalog));
                findings.addAll(schema.check(catalog, false));
                findings.add(RuleCheck.begun(
                        spec,
                        progress.tables().stream().map(TableProgress::mapping).toList(),
                        setup,
                        schema));
                return findings;
            }
            return findings(spec, new Ends(setup, schema), catalog, spec.runs(Phase.SCHEMA));
        }
    }

    /** A session at each end. */
    record Ends(SourceSetup source, DestinationSchema destination) {}

    /** @param create whether the task is still to create its tables */
    static List<Finding> findings(TaskSpec spec, Ends ends, Catalog catalog, boolean create) {
        List<Finding> findings = new ArrayList<>(ends.source().check(catalog));
        RuleCheck rules = new RuleCheck(spec, ends.source(), ends.destination());
        List<Finding> expressions = rules.findings(catalog, create);
        boolean possible = expressions.stream().noneMatch(f -> f.state() == Finding.State.FAILED);
        DestinationSchema schema = possible ? new RuledSchema(ends.destination(), rules.rules()) : ends.destination();
        findings.addAll(schema.check(catalog, create));
        findings.addAll(expressions);
        return findings;
    }
}
