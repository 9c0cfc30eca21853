package io.penstock.engine.copy;

import io.penstock.core.port.Chunk;
import io.penstock.core.port.CopyFormat;
import io.penstock.core.port.TableCopy;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import io.penstock.engine.run.RunProgress.TableCopyProgress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A table whose chunks are being copied. Thread-safe. */
final class OpenTable {
    private final FullCopy.Work work;
    private final TableCopy copy;
    private final TableProgress progress;
    private final CopyFormat format;
    private final TableCopyProgress watch;
    private final List<Chunk> chunks;
    private final AtomicInteger left;
    private volatile boolean leftAlone;

    OpenTable(FullCopy.Work work, TableCopy copy, TableProgress progress, CopyFormat format, TableCopyProgress watch) {
        this.work = work;
        this.copy = copy;
        this.progress = progress;
        this.format = format;
        this.watch = watch;
        this.chunks = copy.chunks().stream()
                .filter(c -> c.table().equals(work.definition().name()))
                .toList();
        this.left = new AtomicInteger(chunks.size());
    }

    /** What a worker can do for a table that is open. */
    sealed interface Part permits Piece, Index {}

    /** A chunk to copy. */
    record Piece(OpenTable table, Chunk chunk) implements Part {}

    /** An index to build once all rows are there. */
    record Index(SchemaStep step) implements Part {}

    List<Piece> pieces() {
        return chunks.stream().map(c -> new Piece(this, c)).toList();
    }

    TableCopy copy() {
        return copy;
    }

    TableMapping mapping() {
        return progress.mapping();
    }

    TableProgress progress() {
        return progress;
    }

    CopyFormat format() {
        return format;
    }

    TableCopyProgress watch() {
        return watch;
    }

    TableDefinition definition() {
        return work.definition();
    }

    FullCopy.Work work() {
        return work;
    }

    /** What is copied of it is worth nothing: another snapshot will be needed. */
    void leaveAlone() {
        leftAlone = true;
    }

    boolean leftAlone() {
        return leftAlone;
    }

    /** True for the chunk that completes the table. */
    boolean chunkDone() {
        return left.decrementAndGet() == 0;
    }
}
