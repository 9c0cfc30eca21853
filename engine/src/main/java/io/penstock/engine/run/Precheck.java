package io.penstock.engine.run;

import io.penstock.core.check.Finding;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationDemands;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.BegunSettings;
import io.penstock.engine.mapping.ListedTables;
import io.penstock.engine.mapping.MappingChecks;
import io.penstock.engine.mapping.RowRules;
import io.penstock.engine.mapping.RuleCheck;
import io.penstock.engine.mapping.RuledSchema;
import java.util.ArrayList;
import java.util.List;

/** Every check of both databases. Changes nothing. */
public final class Precheck {
    private static final String SETTINGS = "task.settings";

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
            List<Finding> findings = new ArrayList<>(setup.check(catalog, spec.objects()));
            List<TableMapping> mapped =
                    progress.tables().stream().map(TableProgress::mapping).toList();
            try (DefinitionStore store = destination.definitions()) {
                DefinitionModel known = store.read();
                findings.addAll(schema.check(catalog, known.names(), begunDemands(spec, catalog)));
                findings.add(begun(
                        new BegunSettings(
                                spec,
                                store.begunWith(),
                                new SourceModel(known).catalog(catalog.serverVersion()),
                                known.names(),
                                () -> catalog),
                        mapped));
                findings.add(RuleCheck.begun(spec, mapped, store.begunWith(), setup, schema));
            }
            return findings;
        }
    }

    /** Its tables are there, and their rows are its own. */
    private static DestinationDemands begunDemands(TaskSpec spec, Catalog catalog) {
        DestinationDemands first = MappingChecks.demands(spec, catalog, false);
        return new DestinationDemands(false, false, first.takeExisting(), first.shareable(), first.mayLackColumns());
    }

    private static Finding begun(BegunSettings settings, List<TableMapping> mapped) {
        try {
            settings.require(mapped);
            return Finding.passed(SETTINGS);
        } catch (PenstockException e) {
            if (e.kind() != ErrorKind.USAGE) {
                throw e;
            }
            return Finding.failed(SETTINGS, String.valueOf(e.getMessage()), "Correct the task file.");
        }
    }

    /** A session at each end. */
    record Ends(SourceSetup source, DestinationSchema destination) {}

    /** For a task that has not begun. */
    static List<Finding> findings(TaskSpec spec, Ends ends, Catalog catalog) {
        DestinationNames names = TaskNames.of(spec).of(catalog);
        DestinationDemands demands = MappingChecks.demands(spec, catalog, spec.runs(Phase.SCHEMA));
        List<Finding> findings = new ArrayList<>(ends.source().check(catalog, spec.objects()));
        RuleCheck rules = new RuleCheck(spec, ends.source(), ends.destination());
        List<Finding> expressions = rules.findings(catalog, demands.create());
        boolean possible = expressions.stream().noneMatch(f -> f.state() == Finding.State.FAILED);
        RuledSchema schema = new RuledSchema(ends.destination(), possible ? rules.rules() : RowRules.none());
        findings.addAll(schema.check(catalog, names, demands));
        findings.addAll(expressions);
        findings.addAll(MappingChecks.of(spec, catalog, schema.after(catalog), names, schema.systemColumns()));
        return findings;
    }
}
