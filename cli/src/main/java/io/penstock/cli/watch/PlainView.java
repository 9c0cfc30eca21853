package io.penstock.cli.watch;

import io.penstock.core.name.QualifiedName;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** Lines for a file or a service's journal: one per copied table, and one every ten seconds. */
final class PlainView implements RunView {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final PrintStream out;
    private Optional<Observation> last = Optional.empty();
    private Optional<Observation> reported = Optional.empty();
    private long copyBegan;

    PlainView(PrintStream out) {
        this.out = out;
    }

    @Override
    public void show(Observation now) {
        for (QualifiedName table : now.finishedSince(last)) {
            out.println(ProgressText.copied(table.toString(), now.copies().get(table)));
        }
        boolean changed = last.map(b -> !b.phase().equals(now.phase())).orElse(true);
        if (changed) {
            copyBegan = now.nanos();
            reported = Optional.of(now);
        }
        last = Optional.of(now);
        Observation before = reported.orElse(now);
        if (now.nanos() - before.nanos() >= INTERVAL.toNanos()) {
            out.println(line(now, before));
            reported = last;
        }
        out.flush();
    }

    private String line(Observation now, Observation before) {
        if (now.note().isPresent()) {
            return ProgressText.state(now);
        }
        if (now.incremental()) {
            return ProgressText.incremental(now, now.rate(now.changes() - before.changes(), before));
        }
        return now.copying()
                ? ProgressText.copySummary(now, Duration.ofNanos(now.nanos() - copyBegan))
                : ProgressText.state(now);
    }

    @Override
    public void leave() {
        last.filter(Observation::incremental).ifPresent(now -> out.println(ProgressText.ended(now)));
        out.flush();
    }
}
