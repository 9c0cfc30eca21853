package io.penstock.cli.status;

import io.penstock.cli.status.TaskStatus.Lag;
import io.penstock.cli.status.TaskStatus.Positions;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TaskState;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The object of {@code status --json}. Every key is always there; what is not known is null. Pure. */
public final class StatusJson {
    private StatusJson() {}

    public static Map<String, @Nullable Object> of(TaskStatus status) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("task", status.task());
        object.put("state", status.state().map(TaskState::code).orElse(null));
        object.put("phase", status.phase().orElse(null));
        object.put("error", status.error().orElse(null));
        object.put("lsn", positions(status.lsn()));
        object.put("lag", lag(status.lag()));
        object.put("retainedWalBytes", status.retainedWalBytes().orElse(null));
        object.put("tables", status.tables().stream().map(StatusJson::table).toList());
        object.put("ddl", definitions(status.definitions()));
        object.put("ddlCapture", status.ddlCapture().map(StatusJson::capture).orElse(null));
        return object;
    }

    private static Map<String, @Nullable Object> definitions(Optional<Map<DdlEntry.Result, Long>> counts) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (DdlEntry.Result result : DdlEntry.Result.values()) {
            object.put(
                    result.code(), counts.map(c -> c.getOrDefault(result, 0L)).orElse(null));
        }
        return object;
    }

    private static Map<String, @Nullable Object> positions(Positions lsn) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("source", text(lsn.source()));
        object.put("received", text(lsn.received()));
        object.put("applied", text(lsn.applied()));
        object.put("confirmed", text(lsn.confirmed()));
        return object;
    }

    private static @Nullable String text(Optional<Long> lsn) {
        return lsn.map(Lsn::format).orElse(null);
    }

    private static Map<String, @Nullable Object> lag(Optional<Lag> lag) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("bytes", lag.map(Lag::bytes).orElse(null));
        object.put("ms", lag.flatMap(Lag::millis).orElse(null));
        return object;
    }

    private static Map<String, Object> capture(DdlCapture capture) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("state", capture.state().name().toLowerCase(Locale.ROOT));
        object.put("why", capture.why());
        return object;
    }

    private static Map<String, Object> table(TableProgress table) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("source", table.mapping().source().toString());
        object.put("destination", table.mapping().destination().toString());
        object.put("state", table.state().code());
        object.put("rowsCopied", table.rowsCopied());
        object.put("bytesCopied", table.bytesCopied());
        object.put("rowsEstimated", table.rowsEstimated());
        object.put("inserts", table.applied().inserts());
        object.put("updates", table.applied().updates());
        object.put("deletes", table.applied().deletes());
        if (!table.applied().omitted().isEmpty()) {
            object.put("omitted", table.applied().omitted());
        }
        return object;
    }
}
