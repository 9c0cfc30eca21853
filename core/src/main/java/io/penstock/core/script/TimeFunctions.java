package io.penstock.core.script;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Dates and times. The expressions hold under a session's TimeZone of UTC, which all sessions of Penstock have. Stateless.
 */
final class TimeFunctions {
    private static final List<String> UNITS =
            List.of("years", "months", "weeks", "days", "hours", "minutes", "seconds");
    private static final String NOW_NOTE =
            " is the time at which the row is written: it differs between the full and the incremental phase, and from what a verification sees";

    static final Map<String, Function> ALL = Map.ofEntries(
            Map.entry("DATETIME", Function.of("DATETIME('2021-01-01 10:10:01')", 1, 1, TimeFunctions::constant)),
            Map.entry("dt_now", Function.of("dt_now()", 0, 0, a -> now(a, "second"))),
            Map.entry("dt_now_millis", Function.of("dt_now_millis()", 0, 0, a -> now(a, "milliseconds"))),
            Map.entry("dt_fromtimestamp", Function.of("dt_fromtimestamp(seconds, 'GMT+08')", 1, 2, a -> from(a, ""))),
            Map.entry(
                    "dt_fromtimestamp_millis",
                    Function.of("dt_fromtimestamp_millis(milliseconds, 'GMT+08')", 1, 2, a -> from(a, " / 1000"))),
            Map.entry(
                    "dt_parsetimestamp",
                    Function.of("dt_parsetimestamp(time, 'GMT+08')", 1, 2, TimeFunctions::seconds)),
            Map.entry(
                    "dt_parsetimestamp_millis",
                    Function.of("dt_parsetimestamp_millis(time, 'GMT+08')", 1, 2, TimeFunctions::milliseconds)),
            Map.entry("dt_str", Function.of("dt_str(time, 'yyyy-MM-dd HH:mm:ss')", 2, 2, TimeFunctions::written)),
            Map.entry(
                    "dt_strptime", Function.of("dt_strptime(text, 'yyyy-MM-dd HH:mm:ss')", 2, 2, TimeFunctions::read)),
            Map.entry("dt_add", Function.named("dt_add(time, days = 1)", 1, Set.copyOf(UNITS), TimeFunctions::added)));

    private TimeFunctions() {}

    private static Value time(String sql) {
        return Value.of(Kind.DATETIME, sql);
    }

    private static Value constant(Arguments arguments) {
        return time(Timestamps.constant(arguments.literal(0), arguments.node(0).offset()));
    }

    private static Value now(Arguments arguments, String unit) {
        arguments.note(Dependence.NOW, NOW_NOTE);
        String local = Timestamps.atZone("now()", arguments.context().table().zone());
        return time("date_trunc('" + unit + "', " + local + ")");
    }

    private static ZoneId zone(Arguments arguments) {
        return arguments.size() == 2
                ? Timestamps.zone(arguments.literal(1), arguments.node(1).offset())
                : arguments.context().table().zone();
    }

    private static Value from(Arguments arguments, String scale) {
        Value value = arguments.value(0);
        if (value.kind() != Kind.INTEGER && !value.isNull()) {
            throw arguments.wrong(
                    0,
                    arguments.call().name() + " wants a whole number here, not " + arguments.described(0)
                            + (value.kind() == Kind.TEXT ? "; write cast_string_to_long(...)" : ""));
        }
        String seconds = SqlText.cast(value.sql(), SqlType.DOUBLE) + scale;
        return time(Timestamps.atZone("to_timestamp(" + seconds + ")", zone(arguments)));
    }

    private static Value seconds(Arguments arguments) {
        return Value.of(
                Kind.INTEGER, SqlText.cast("floor(" + epoch(arguments.timestamp(0), arguments) + ")", SqlType.BIGINT));
    }

    /** Through numeric, because the product of a double would be a hair beside the whole number. */
    private static Value milliseconds(Arguments arguments) {
        String whole = "date_trunc('milliseconds', " + arguments.timestamp(0) + ")";
        String exact = SqlText.cast(epoch(whole, arguments), SqlType.NUMERIC);
        return Value.of(Kind.INTEGER, SqlText.cast(exact + " * 1000", SqlType.BIGINT));
    }

    private static String epoch(String local, Arguments arguments) {
        return "EXTRACT(EPOCH FROM " + Timestamps.atZone(local, zone(arguments)) + ")";
    }

    private static Value written(Arguments arguments) {
        return Value.of(
                Kind.TEXT,
                "to_char(" + arguments.timestamp(0) + ", " + SqlText.literal(template(arguments, false)) + ")");
    }

    private static Value read(Arguments arguments) {
        String instant = "to_timestamp(" + arguments.text(0) + ", " + SqlText.literal(template(arguments, true)) + ")";
        return time(SqlText.cast(instant, SqlType.TIMESTAMP));
    }

    private static String template(Arguments arguments, boolean reading) {
        try {
            return DateFormat.template(arguments.filledLiteral(1), reading);
        } catch (IllegalArgumentException e) {
            throw arguments.wrong(1, String.valueOf(e.getMessage()));
        }
    }

    /** Months before days before hours, as the server adds an interval. */
    private static Value added(Arguments arguments) {
        List<String> parts = new ArrayList<>();
        for (String unit : UNITS) {
            for (Node argument : arguments.call().arguments()) {
                if (argument instanceof Node.Named named && named.name().equals(unit)) {
                    long amount = amount(named);
                    parts.add((amount < 0 ? "" : "+") + amount + " " + unit);
                }
            }
        }
        if (parts.isEmpty()) {
            throw new Untranslatable(
                    arguments.call().offset(),
                    "dt_add needs how much to add, for instance days = 1; there are "
                            + String.join(", ", new TreeSet<>(UNITS)));
        }
        return time("(" + arguments.timestamp(0) + " + INTERVAL '" + String.join(" ", parts) + "')");
    }

    private static long amount(Node.Named named) {
        if (named.value() instanceof Node.Whole whole && Math.abs(whole.value()) <= Integer.MAX_VALUE) {
            return whole.value();
        }
        throw new Untranslatable(named.value().offset(), named.name() + " wants a whole number, written as a number");
    }
}
