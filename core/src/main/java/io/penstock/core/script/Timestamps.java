package io.penstock.core.script;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Dates and times in SQL. Inside a script they are timestamps without time zone, in the script's zone. Pure. */
final class Timestamps {
    private static final Pattern CONSTANT =
            Pattern.compile("(\\d{4}-\\d{2}-\\d{2})(?:[ T](\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,6})?))?");
    private static final Pattern OFFSET = Pattern.compile("(?:GMT|UTC)?([+-])(\\d{1,2})(?::?(\\d{2}))?");

    private Timestamps() {}

    /** A date, timestamp or NULL as timestamp without time zone. */
    static String local(Value value, ZoneId zone) {
        if (value.isNull()) {
            return SqlText.cast("NULL", SqlType.TIMESTAMP);
        }
        if (SqlType.isZoned(value.type())) {
            return atZone(value.sql(), zone);
        }
        return SqlType.isTimestamp(value.type()) ? value.sql() : SqlText.cast(value.sql(), SqlType.TIMESTAMP);
    }

    /** Between timestamps with and without time zone, in either direction. */
    static String atZone(String sql, ZoneId zone) {
        return "(" + sql + " AT TIME ZONE " + zoneSql(zone) + ")";
    }

    /**
     * Offsets are written as intervals: in zone names like {@code GMT+08} PostgreSQL counts to the west (documentation, section
     * B.5 "POSIX Time Zone Specifications").
     */
    private static String zoneSql(ZoneId zone) {
        if (zone.normalized() instanceof ZoneOffset offset) {
            return offset.equals(ZoneOffset.UTC) ? "'UTC'" : "INTERVAL '" + offset.getId() + "'";
        }
        return SqlText.literal(zone.getId());
    }

    /** A zone as the reference writes it: {@code GMT+08}, {@code +08:00}, {@code Asia/Shanghai}. */
    static ZoneId zone(String text, int offset) {
        Matcher matcher = OFFSET.matcher(text.strip().toUpperCase(Locale.ROOT));
        try {
            if (matcher.matches()) {
                int sign = matcher.group(1).equals("-") ? -1 : 1;
                int minutes = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
                return ZoneOffset.ofHoursMinutes(sign * Integer.parseInt(matcher.group(2)), sign * minutes);
            }
            return ZoneId.of(text.strip());
        } catch (DateTimeException e) {
            throw new Untranslatable(
                    offset, "'" + text + "' is no time zone; write 'GMT+08', '+08:00' or 'Asia/Shanghai'");
        }
    }

    static String constant(String text, int offset) {
        try {
            return constant(text);
        } catch (IllegalArgumentException e) {
            throw new Untranslatable(offset, String.valueOf(e.getMessage()));
        }
    }

    /**
     * SQL of a timestamp that is written in the script. Only forms that every setting of DateStyle reads alike.
     *
     * @throws IllegalArgumentException with a reason when it is none
     */
    static String constant(String text) {
        Matcher matcher = CONSTANT.matcher(text);
        if (matcher.matches() && isDate(matcher.group(1)) && isTime(matcher.group(2))) {
            return SqlText.cast("'" + text.replace('T', ' ') + "'", SqlType.TIMESTAMP);
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no date or time; write 'yyyy-MM-dd' or 'yyyy-MM-dd HH:mm:ss', or use dt_strptime");
    }

    private static boolean isDate(String text) {
        try {
            return LocalDate.parse(text).getYear() > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isTime(@Nullable String text) {
        try {
            return text == null || LocalTime.parse(text) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
