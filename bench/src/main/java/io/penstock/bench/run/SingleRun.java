package io.penstock.bench.run;

import io.penstock.bench.contender.Contender;
import io.penstock.bench.contender.Entry;
import io.penstock.bench.contender.Site;
import io.penstock.bench.database.RowSums;
import io.penstock.bench.database.Server;
import io.penstock.bench.database.Session;
import io.penstock.bench.process.Machine;
import io.penstock.bench.report.Figure;
import io.penstock.bench.report.Result;
import io.penstock.bench.workload.Sizes;
import io.penstock.bench.workload.Workload;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** One contender, once, in databases of its own that are gone afterwards. One thread. */
final class SingleRun {
    /** Far beyond the slowest peer; it only ends what hangs. */
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private static final long LOOK_NANOS = 10_000_000;
    private static final double NANOS = 1e9;

    private static final String DATABASE = "bench_run";

    private final Site site;
    private final Sizes sizes;

    SingleRun(Workload workload, Server source, Server destination, Sizes sizes, int jobs) {
        this.site = new Site(workload, source, DATABASE, destination, DATABASE, jobs);
        this.sizes = sizes;
    }

    Result of(Contender contender, int number) {
        double load = Machine.load();
        List<String> failures = new ArrayList<>();
        Map<Figure, Double> figures = Map.of();
        // One that fails, in whatever way, must not take the results of the others with it.
        try {
            createDatabases();
            try (Entry entry = contender.enter(site)) {
                figures = measure(entry);
            }
        } catch (RuntimeException e) {
            failures.add(reason(e));
        }
        try {
            dropDatabases();
        } catch (RuntimeException e) {
            failures.add("Afterwards: " + reason(e));
        }
        Workload workload = site.workload();
        return new Result(
                workload.id(),
                workload.title(),
                contender.name(),
                number,
                load,
                workload.units(),
                String.join(" ", failures),
                Result.measured(failures.isEmpty() ? figures : Map.of()));
    }

    /** What the wrappings of other threads and of the JDK hide. */
    static String reason(RuntimeException e) {
        Throwable shown = e;
        while ((shown instanceof CompletionException || shown instanceof UncheckedIOException)
                && shown.getCause() != null) {
            shown = shown.getCause();
        }
        String message = shown.getMessage() == null ? "" : shown.getMessage();
        return shown instanceof PenstockException ? message : shown.getClass().getSimpleName() + ": " + message;
    }

    private void createDatabases() {
        site.source().create(DATABASE, site.workload().template());
        if (site.workload().kind() == Workload.Kind.FULL) {
            site.destination().create(DATABASE);
        } else {
            site.destination().create(DATABASE, site.workload().template());
        }
    }

    /** Slots have to go first. */
    private void dropDatabases() {
        try (Session session = site.source().open(site.source().database())) {
            String slots = " from pg_replication_slots where database = '" + DATABASE + "'";
            session.rows("select pg_terminate_backend(active_pid)" + slots + " and active");
            for (int tries = 0; tries < 100 && session.number("select count(*)" + slots + " and active") > 0; tries++) {
                session.run("select pg_sleep(0.05)");
            }
            session.rows("select pg_drop_replication_slot(slot_name)" + slots);
        }
        site.source().drop(DATABASE);
        site.destination().drop(DATABASE);
    }

    private Map<Figure, Double> measure(Entry entry) {
        Map<Figure, Double> figures =
                switch (site.workload().kind()) {
                    case FULL -> full(entry);
                    case DRAIN -> drain(entry);
                    case LATENCY -> latency(entry);
                };
        entry.stop();
        if (entry.writes()) {
            requireEqual();
        }
        return figures;
    }

    private Map<Figure, Double> full(Entry entry) {
        checkpoints();
        return timed(entry, 0);
    }

    private Map<Figure, Double> drain(Entry entry) {
        site.workload().changes().make(site.source(), DATABASE);
        long marker = mark();
        checkpoints();
        return timed(entry, marker);
    }

    private Map<Figure, Double> timed(Entry entry, long marker) {
        entry.ready(marker);
        AtomicBoolean ended = new AtomicBoolean();
        ServerClock clock = new ServerClock(site, entry);
        CompletableFuture<FirstReader> start = startUp(entry, ended);
        try {
            entry.go();
            entry.awaitEnd(LIMIT);
            Map<Figure, Double> figures = clock.stop(entry);
            ended.set(true);
            FirstReader first = start.join();
            figures.put(Figure.START, first.seconds());
            if (first.pid() != clock.lastReader()) {
                // The slot changed hands, so the time of its last reader is not all.
                figures.remove(Figure.WALSENDER_CPU);
            }
            return figures;
        } finally {
            ended.set(true);
        }
    }

    /** Who read the slot first, and after how many seconds; NaN when nobody did. */
    private record FirstReader(long pid, double seconds) {
        static final FirstReader NOBODY = new FirstReader(0, Double.NaN);
    }

    /** Watches from now on. */
    private CompletableFuture<FirstReader> startUp(Entry entry, AtomicBoolean ended) {
        Optional<String> slot = entry.slot();
        if (slot.isEmpty()) {
            return CompletableFuture.completedFuture(FirstReader.NOBODY);
        }
        return CompletableFuture.supplyAsync(
                () -> awaitReader(slot.get(), ended), work -> new Thread(work, "bench-start").start());
    }

    private FirstReader awaitReader(String slot, AtomicBoolean ended) {
        long begun = System.nanoTime();
        try (Session session = site.source().open(site.source().database())) {
            while (!ended.get()) {
                long pid = ServerClock.reader(session, slot);
                if (pid != 0) {
                    return new FirstReader(pid, (System.nanoTime() - begun) / NANOS);
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            return FirstReader.NOBODY;
        }
    }

    private Map<Figure, Double> latency(Entry entry) {
        checkpoints();
        entry.ready(0);
        entry.go();
        mark();
        entry.awaitEnd(LIMIT);
        return new LatencyRun(site, sizes).measure(entry);
    }

    /** Position before the last transaction, and that transaction. */
    private long mark() {
        try (Session session = site.source().open(DATABASE)) {
            String position = session.one("select pg_current_wal_insert_lsn()");
            session.run("insert into bench_marker values (1)");
            return Lsn.parse(Objects.requireNonNull(position)).value();
        }
    }

    private void checkpoints() {
        site.source().checkpoint();
        site.destination().checkpoint();
    }

    private void requireEqual() {
        List<String> differences = RowSums.differences(site.source(), DATABASE, site.destination(), DATABASE);
        if (!differences.isEmpty()) {
            throw new PenstockException(
                    ErrorKind.DIVERGED, "The rows are not equal: " + String.join("; ", differences));
        }
    }
}
