package io.penstock.cli.watch;

import io.penstock.cli.text.JsonLines;
import io.penstock.cli.watch.Observation.Copy;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One object per event; progress once a second. */
final class JsonView implements RunView {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final JsonLines out;
    private Optional<Observation> last = Optional.empty();
    private Optional<Observation> reported = Optional.empty();

    JsonView(JsonLines out) {
        this.out = out;
    }

    @Override
    public void show(Observation now) {
        if (last.map(b -> !b.phase().equals(now.phase()) || b.state() != now.state())
                .orElse(true)) {
            Map<String, @Nullable Object> event = event("phase", now);
            event.put("note", now.note().orElse(null));
            out.print(event);
        }
        for (QualifiedName table : now.finishedSince(last)) {
            out.print(copied(table, now));
        }
        last = Optional.of(now);
        if (reported.map(b -> now.nanos() - b.nanos() >= INTERVAL.toNanos()).orElse(true)) {
            out.print(progress(now));
            reported = last;
        }
    }

    private static Map<String, @Nullable Object> event(String name, Observation now) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("event", name);
        event.put("phase", now.phase());
        event.put("state", now.state().code());
        return event;
    }

    private static Map<String, @Nullable Object> copied(QualifiedName table, Observation now) {
        Copy copy = now.copies().get(table);
        Map<String, @Nullable Object> event = event("table", now);
        event.put("table", table.toString());
        event.put("rowsCopied", copy == null ? 0 : copy.rows());
        event.put("bytesCopied", copy == null ? 0 : copy.bytes());
        return event;
    }

    private static Map<String, @Nullable Object> progress(Observation now) {
        Map<String, @Nullable Object> event = event("progress", now);
        event.put("note", now.note().orElse(null));
        event.put(
                "tables", Map.of("done", now.tablesDone(), "total", now.copies().size()));
        event.put("rowsCopied", now.rowsCopied());
        event.put("bytesCopied", now.bytesCopied());
        event.put("received", Lsn.format(now.receivedLsn()));
        event.put("applied", now.applied());
        event.put("lagMs", now.lagMillis());
        event.put("changes", now.changes());
        event.put("transactions", now.transactions());
        return event;
    }

    @Override
    public void end(int exitCode, Optional<String> error) {
        last.ifPresent(now -> out.print(progress(now)));
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("event", "end");
        event.put("exit", exitCode);
        event.put("error", error.orElse(null));
        out.print(event);
    }
}
