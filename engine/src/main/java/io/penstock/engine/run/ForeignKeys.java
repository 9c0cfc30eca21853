package io.penstock.engine.run;

import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.stream.IncrementalPhase;
import java.util.List;

/** The definitions that wait until all tables show one moment: foreign keys, then the check of existing rows. */
final class ForeignKeys implements IncrementalPhase.Consistency {
    private final TaskSpec spec;
    private final SourceSetup setup;
    private final DestinationSessions destination;
    private final DestinationSchema schema;
    private List<SchemaStep> steps = List.of();

    ForeignKeys(TaskSpec spec, SourceSetup setup, DestinationSessions destination, DestinationSchema schema) {
        this.spec = spec;
        this.setup = setup;
        this.destination = destination;
        this.schema = schema;
    }

    @Override
    public void define() {
        if (spec.runs(Phase.SCHEMA)) {
            steps = definitions().stream()
                    .filter(s -> s.stage() == Stage.WHEN_CONSISTENT)
                    .toList();
        }
        for (SchemaStep step : steps) {
            if (!validates(step)) {
                schema.run(step);
            }
        }
    }

    /** From what the destination knows: the source may be ahead. */
    private List<SchemaStep> definitions() {
        try (DefinitionStore store = destination.definitions()) {
            DefinitionModel known = store.read();
            return schema.plan(new SourceModel(known).catalog(setup.state().serverVersion()), known.names());
        }
    }

    @Override
    public void validate() {
        for (SchemaStep step : steps) {
            if (validates(step)) {
                schema.run(step);
            }
        }
    }

    private static boolean validates(SchemaStep step) {
        return step.statements().stream()
                .allMatch(s -> s.contains(" VALIDATE CONSTRAINT ") || s.contains(" validate constraint "));
    }
}
