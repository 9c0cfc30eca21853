package io.penstock.cli.watch;

import io.penstock.cli.text.Screen;
import io.penstock.core.name.QualifiedName;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A terminal: a bar per table being copied, then one line that changes in place. */
final class LiveView implements RunView {
    /** More would not fit on a small terminal, and redrawing needs all lines on it. */
    private static final int BARS = 8;

    /** Long enough for a steady number. */
    private static final Duration RATE_WINDOW = Duration.ofSeconds(2);

    private final Screen screen;
    private final Map<QualifiedName, Long> begun = new HashMap<>();
    private final List<Observation> window = new ArrayList<>();
    private Optional<Observation> last = Optional.empty();
    private long copyBegan;

    LiveView(Screen screen) {
        this.screen = screen;
    }

    @Override
    public void show(Observation now) {
        for (QualifiedName table : now.finishedSince(last)) {
            screen.print(ProgressText.copied(table.toString(), now.copies().get(table)));
        }
        if (last.map(b -> !b.phase().equals(now.phase())).orElse(true)) {
            copyBegan = now.nanos();
            window.clear();
        }
        window.add(now);
        window.removeIf(o -> now.nanos() - o.nanos() > RATE_WINDOW.toNanos());
        last = Optional.of(now);
        screen.redraw(lines(now));
    }

    private List<String> lines(Observation now) {
        if (now.note().isPresent()) {
            return List.of(ProgressText.state(now));
        }
        if (now.copying()) {
            return bars(now);
        }
        if (now.incremental()) {
            Observation before = window.get(0);
            return List.of(ProgressText.incremental(now, now.rate(now.changes() - before.changes(), before)));
        }
        return List.of(ProgressText.state(now));
    }

    private List<String> bars(Observation now) {
        List<String> lines = new ArrayList<>();
        now.copies().forEach((table, copy) -> {
            if (copy.begun()) {
                begun.putIfAbsent(table, now.nanos());
            }
            if (copy.begun() && !copy.done() && lines.size() < BARS) {
                Duration running = Duration.ofNanos(now.nanos() - begun.getOrDefault(table, now.nanos()));
                lines.add(ProgressText.bar(table.toString(), copy, running));
            }
        });
        lines.add(ProgressText.copySummary(now, Duration.ofNanos(now.nanos() - copyBegan)));
        return lines;
    }

    @Override
    public void leave() {
        screen.redraw(List.of());
        last.filter(Observation::incremental).ifPresent(now -> screen.print(ProgressText.ended(now)));
    }

    @Override
    public void log(PrintStream err, String line) {
        screen.print(err, line);
    }
}
