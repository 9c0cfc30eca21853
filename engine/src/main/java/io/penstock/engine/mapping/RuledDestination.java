package io.penstock.engine.mapping;

import io.penstock.core.change.Alignment;
import io.penstock.core.port.BatchWriter;
import io.penstock.core.port.ChunkLoader;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.QuarantineStore;

/** A destination whose definitions follow the task's rules. Thread-safe. */
public record RuledDestination(DestinationSessions real, RowRules rules) implements DestinationSessions {
    @Override
    public ProgressStore progress() {
        return real.progress();
    }

    @Override
    public DestinationSchema schema() {
        return new RuledSchema(real.schema(), rules);
    }

    @Override
    public ChunkLoader loader() {
        return real.loader();
    }

    @Override
    public BatchWriter writer() {
        return real.writer();
    }

    @Override
    public DefinitionStore definitions() {
        return real.definitions();
    }

    @Override
    public QuarantineStore quarantine() {
        return real.quarantine();
    }

    @Override
    public void align(Alignment alignment) {
        real.align(alignment);
    }

    @Override
    public void cut() {
        real.cut();
    }
}
