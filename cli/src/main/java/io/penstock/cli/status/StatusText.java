package io.penstock.cli.status;

import io.penstock.cli.text.TextTable;
import io.penstock.cli.text.Units;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The status for a person. Pure. */
public final class StatusText {
    private static final String UNKNOWN = "unknown";

    private StatusText() {}

    public static List<String> lines(TaskStatus status) {
        List<String> lines = new ArrayList<>();
        lines.add("task       " + status.task());
        lines.add("state      " + status.state().map(TaskState::code).orElse(UNKNOWN)
                + status.phase().map(p -> ", phase " + p).orElse(""));
        status.error().ifPresent(e -> lines.add("error      " + e));
        lines.add("source     " + lsn(status.lsn().source()));
        lines.add("received   " + lsn(status.lsn().received()));
        lines.add("applied    " + lsn(status.lsn().applied()));
        lines.add("confirmed  " + lsn(status.lsn().confirmed()));
        lines.add("lag        " + lag(status));
        lines.add(
                "retained   " + status.retainedWalBytes().map(Units::bytes).orElse(UNKNOWN) + " of log at the source");
        status.ddlCapture().ifPresent(c -> lines.add("ddl        " + capture(c)));
        status.definitions().flatMap(StatusText::definitions).ifPresent(text -> lines.add("changes    " + text));
        if (!status.tables().isEmpty()) {
            lines.add("");
            lines.addAll(tables(status.tables()));
        }
        return lines;
    }

    /** Nothing to say while every change was followed. */
    private static Optional<String> definitions(Map<DdlEntry.Result, Long> counts) {
        long skipped = counts.getOrDefault(DdlEntry.Result.SKIPPED, 0L);
        long failed = counts.getOrDefault(DdlEntry.Result.FAILED, 0L);
        return skipped + failed == 0
                ? Optional.empty()
                : Optional.of(Units.count(skipped) + " skipped, " + Units.count(failed)
                        + " failed; `penstock ddl-log` lists them");
    }

    private static String capture(DdlCapture capture) {
        return switch (capture.state()) {
            case ACTIVE -> "followed";
            case UNAVAILABLE -> "DDL capture: not available. " + capture.why();
            case BROKEN ->
                "DDL CAPTURE IS BROKEN: " + capture.why()
                        + " A running task puts it in order and compares all definitions.";
        };
    }

    private static String lsn(Optional<Long> lsn) {
        return lsn.map(Lsn::format).orElse(UNKNOWN);
    }

    private static String lag(TaskStatus status) {
        boolean nothingApplied = status.lsn().applied().map(a -> a == 0).orElse(false);
        if (nothingApplied) {
            return "none yet: nothing is being followed";
        }
        return status.lag()
                .map(lag -> Units.bytes(lag.bytes())
                        + lag.millis()
                                .map(ms -> ", " + Units.time(Duration.ofMillis(ms)))
                                .orElse(""))
                .orElse(UNKNOWN);
    }

    private static List<String> tables(List<TableProgress> tables) {
        TextTable text = new TextTable(
                List.of("source", "destination", "state", "copied", "estimated", "inserts", "updates", "deletes"),
                Set.of(3, 4, 5, 6, 7));
        for (TableProgress table : tables) {
            text.row(
                    table.mapping().source().toString(),
                    table.mapping().destination().toString(),
                    table.state().code(),
                    Units.count(table.rowsCopied()),
                    table.rowsEstimated() < 0 ? "-" : Units.count(table.rowsEstimated()),
                    Units.count(table.applied().inserts()),
                    Units.count(table.applied().updates()),
                    Units.count(table.applied().deletes()));
        }
        List<String> lines = new ArrayList<>(text.lines());
        for (TableProgress table : tables) {
            table.applied()
                    .omitted()
                    .forEach((kind, count) -> lines.add(table.mapping().source()
                            + ": left out, as the task's file says: " + kind + " " + Units.count(count)));
            if (table.error() != null) {
                lines.add(table.mapping().source() + ": " + table.error());
            }
        }
        return lines;
    }
}
