package io.penstock.engine.copy;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.TableCopy;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.FullSpec;
import io.penstock.engine.mapping.TableMapper;
import io.penstock.engine.run.RunProgress;
import io.penstock.engine.run.StopSignal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies tables: each under a snapshot of its own that lives as long as its copy, cut into chunks; a fixed number of workers
 * share the work. A table that was being copied when an earlier run ended begins again; finished tables stay. One that the source has changed
 * since the destination was prepared for it is left alone.
 */
public final class FullCopy {
    /** For tables with other rows: their copy is one transaction, because what is half done cannot be taken away again. */
    public static final long ONE_CHUNK = Long.MAX_VALUE;

    private static final Logger log = LoggerFactory.getLogger(FullCopy.class);

    private final SourceSessions source;
    private final DestinationSessions destination;
    private final ProgressStore progress;
    private final FullSpec spec;
    private final Environment environment;
    private final Queue<Work> changed = new ConcurrentLinkedQueue<>();
    private final Queue<OpenTable> open = new ConcurrentLinkedQueue<>();
    private final Queue<PenstockException> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> crashes = new ConcurrentLinkedQueue<>();

    /** What surrounds the copy: who watches, who stops it, where it may be made to crash. */
    public record Environment(RunProgress watch, StopSignal stop, FaultPoints faults) {}

    public FullCopy(
            SourceSessions source,
            DestinationSessions destination,
            ProgressStore progress,
            FullSpec spec,
            Environment environment) {
        this.source = source;
        this.destination = destination;
        this.progress = progress;
        this.spec = spec;
        this.environment = environment;
    }

    /**
     * A table to copy and what is known of it.
     *
     * @param afterwards what is to be defined once its rows are there, such as its key
     * @param expected whether the definitions in the copy's snapshot are those the destination has
     */
    public record Work(
            TableDefinition definition,
            TableProgress progress,
            List<SchemaStep> afterwards,
            Predicate<Catalog> expected) {}

    /**
     * Copies tables and returns when the last one is complete.
     *
     * @return those that were not copied, because the source has changed or dropped them, or wants to
     * @param common a moment that all tables share, opened and closed by the caller; null for a moment of its own per table
     */
    public List<Work> run(List<Work> tables, @Nullable TableCopy common) {
        List<Work> largestFirst = new ArrayList<>(tables);
        largestFirst.sort(
                Comparator.comparingLong((Work w) -> w.definition().bytes()).reversed());
        for (Work work : tables) {
            environment
                    .watch()
                    .copy(
                            work.definition().name(),
                            work.definition().estimatedRows(),
                            work.definition().bytes());
        }
        CopyQueue<Work, OpenTable.Part> queue = new CopyQueue<>(largestFirst);
        List<Thread> workers = new ArrayList<>();
        int jobs = Math.max(1, spec.jobs());
        for (int i = 0; i < jobs; i++) {
            int number = i;
            Thread worker = new Thread(() -> work(number, queue, common), "penstock-copy-" + i);
            worker.start();
            workers.add(worker);
        }
        await(workers, queue);
        for (OpenTable table : open) {
            close(table, common);
        }
        rethrow();
        environment.stop().check();
        return List.copyOf(changed);
    }

    private void await(List<Thread> workers, CopyQueue<?, ?> queue) {
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException e) {
            queue.close();
            workers.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped while copying.", e);
        }
    }

    private void rethrow() {
        Throwable crash = crashes.poll();
        if (crash instanceof Error error) {
            throw error;
        }
        PenstockException failure = failures.poll();
        if (failure != null) {
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
        if (crash != null) {
            throw new PenstockException(ErrorKind.INTERNAL, "The copy failed: " + crash, crash);
        }
    }

    private void work(int number, CopyQueue<Work, OpenTable.Part> queue, @Nullable TableCopy common) {
        try (CopyWorker worker = new CopyWorker(number, destination, environment)) {
            for (var item = queue.next(number); item != null; item = queue.next(number)) {
                environment.stop().check();
                work(item, queue, common, worker);
            }
        } catch (PenstockException e) {
            queue.close();
            if (e.kind() != ErrorKind.INTERRUPTED) {
                failures.add(e);
            }
        } catch (InterruptedException e) {
            queue.close();
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // A thread must not die silently: the failure is rethrown by the thread that waits for it.
            queue.close();
            crashes.add(e);
        }
    }

    private void work(
            CopyQueue.Item<Work, OpenTable.Part> item,
            CopyQueue<Work, OpenTable.Part> queue,
            @Nullable TableCopy common,
            CopyWorker worker) {
        Work table = item.table();
        OpenTable.Part part = item.part();
        if (table != null) {
            Optional<OpenTable> opened = open(table, common, worker);
            if (opened.isPresent()) {
                queue.opened(worker.number(), opened.get().pieces());
            } else {
                log.info(
                        "the source has changed a table before its copy table={}",
                        table.definition().name());
                changed.add(table);
                queue.finished(List.of());
            }
        } else if (part instanceof OpenTable.Piece piece) {
            copy(piece, common, worker);
            if (piece.table().chunkDone()) {
                queue.finished(
                        piece.table().leftAlone() ? leave(piece.table()) : finish(piece.table(), common, worker));
            }
        } else if (part instanceof OpenTable.Index index) {
            worker.define(List.of(index.step()));
        }
    }

    /**
     * Whoever wants to change the table waits for the session that holds its snapshot, and everybody else queues up behind him, the reader of
     * the next chunk too. He goes first.
     */
    private static void copy(OpenTable.Piece piece, @Nullable TableCopy common, CopyWorker worker) {
        OpenTable table = piece.table();
        if (!table.leftAlone() && !worker.copy(piece)) {
            table.leaveAlone();
            if (common == null) {
                table.copy().close();
            }
        }
    }

    private List<OpenTable.Index> leave(OpenTable table) {
        open.remove(table);
        changed.add(table.work());
        return List.of();
    }

    /** Empty when the table is no longer what the destination expects. */
    private Optional<OpenTable> open(Work work, @Nullable TableCopy common, CopyWorker worker) {
        Optional<TableCopy> opened = common != null ? Optional.of(common) : snapshot(work);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        TableCopy copy = opened.get();
        boolean kept = false;
        try {
            if (!work.expected().test(copy.definitions())) {
                return Optional.empty();
            }
            OpenTable table = begin(work, copy, worker);
            open.add(table);
            kept = true;
            return Optional.of(table);
        } finally {
            // Otherwise the snapshot and the lock on the source's table would last as long as this process.
            if (!kept && common == null) {
                copy.close();
            }
        }
    }

    /** Empty also when somebody has locked the table for long: the other tables need not wait. */
    private Optional<TableCopy> snapshot(Work work) {
        try {
            boolean mixed = work.progress().mapping().mixed();
            return source.copies()
                    .open(List.of(work.definition()), mixed ? ONE_CHUNK : spec.chunkBytes(), this::givesUp);
        } catch (PenstockException e) {
            if (e.kind() != ErrorKind.TRANSIENT) {
                throw e;
            }
            log.info("cannot open a table now cause=\"{}\"", e.getMessage());
            return Optional.empty();
        }
    }

    private boolean givesUp() {
        return environment.stop().raised() || !failures.isEmpty() || !crashes.isEmpty();
    }

    private OpenTable begin(Work work, TableCopy copy, CopyWorker worker) {
        TableDefinition definition = work.definition();
        TableProgress known = work.progress();
        environment.faults().reached(FaultPoint.TABLE_OPENED);
        if (known.state() == TableState.COPYING) {
            worker.restart(known.mapping());
        }
        TableProgress begun = new TableProgress(
                known.mapping(),
                TableState.COPYING,
                copy.snapshot().text(),
                copy.snapshot().insertLsn(),
                0,
                0,
                definition.estimatedRows(),
                known.applied(),
                null);
        save(begun);
        OpenTable table = new OpenTable(
                work,
                copy,
                begun,
                TableMapper.format(definition, known.mapping()),
                environment.watch().copy(definition.name(), definition.estimatedRows(), definition.bytes()));
        log.debug(
                "opened table={} chunks={} format={} snapshot={}",
                definition.name(),
                table.pieces().size(),
                table.format(),
                copy.snapshot());
        return table;
    }

    /** Returns what any worker may do for the table. */
    private List<OpenTable.Index> finish(OpenTable table, @Nullable TableCopy common, CopyWorker worker) {
        TableProgress begun = table.progress();
        save(new TableProgress(
                begun.mapping(),
                TableState.CATCHING_UP,
                begun.snapshot(),
                begun.insertLsn(),
                table.watch().rows(),
                table.watch().bytes(),
                begun.rowsEstimated(),
                begun.applied(),
                null));
        environment.faults().reached(FaultPoint.TABLE_COPIED);
        table.watch().finish();
        close(table, common);
        open.remove(table);
        List<SchemaStep> steps = table.work().afterwards();
        worker.define(steps.stream().filter(s -> !s.buildsIndex()).toList());
        log.debug(
                "copied table={} rows={} bytes={} format={}",
                table.definition().name(),
                table.watch().rows(),
                table.watch().bytes(),
                table.format());
        return steps.stream()
                .filter(SchemaStep::buildsIndex)
                .map(OpenTable.Index::new)
                .toList();
    }

    private static void close(OpenTable table, @Nullable TableCopy common) {
        if (common == null) {
            table.copy().close();
        }
    }

    /** The store serves one thread at a time. */
    private void save(TableProgress table) {
        synchronized (progress) {
            progress.save(table);
        }
    }
}
