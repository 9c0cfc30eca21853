package io.penstock.bench.stage;

import io.penstock.core.change.Alignment;
import io.penstock.core.change.Batch;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.BatchWriter;
import io.penstock.core.port.ChunkLoader;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.QuarantineStore;

/** A destination that knows the task but throws its batches away. */
public record DiscardingDestination(DestinationSessions real) implements DestinationSessions {
    @Override
    public ProgressStore progress() {
        return real.progress();
    }

    @Override
    public DestinationSchema schema() {
        return real.schema();
    }

    @Override
    public ChunkLoader loader() {
        return real.loader();
    }

    @Override
    public BatchWriter writer() {
        try (BatchWriter writer = real.writer()) {
            return new DiscardingWriter(writer.appliedLsn());
        }
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

    private static final class DiscardingWriter implements BatchWriter {
        private long applied;

        DiscardingWriter(long applied) {
            this.applied = applied;
        }

        @Override
        public void apply(Batch batch) {
            if (batch.complete()) {
                applied = Lsn.max(applied, batch.endLsn());
            }
        }

        @Override
        public long appliedLsn() {
            return applied;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
