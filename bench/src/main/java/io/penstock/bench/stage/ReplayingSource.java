package io.penstock.bench.stage;

import io.penstock.core.port.SchemaEventDecoder;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.port.TableCopySource;
import io.penstock.core.stream.ChangeStream;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** A source whose stream comes out of a file of captured messages instead of the slot; everything else is real. */
public record ReplayingSource(SourceSessions real, Path messages, MessageDecoder decoder) implements SourceSessions {
    @Override
    public SourceSetup setup() {
        return real.setup();
    }

    @Override
    public SlotControl slot() {
        return real.slot();
    }

    @Override
    public TableCopySource copies() {
        return real.copies();
    }

    @Override
    public ChangeStream stream(LongSupplier applied, BooleanSupplier starved) {
        return new ReplayedStream(new CapturedMessages(messages), decoder, applied.getAsLong());
    }

    @Override
    public SchemaEventDecoder schemaEvents() {
        return real.schemaEvents();
    }

    @Override
    public void cut() {
        real.cut();
    }
}
