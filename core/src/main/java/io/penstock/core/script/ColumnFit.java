package io.penstock.core.script;

import java.time.ZoneId;

/** Brings a value into the type of the column it is set to, as an assignment would: what does not fit stops at the server. Stateless. */
final class ColumnFit {
    private ColumnFit() {}

    /**
     * @param type of the column
     * @throws IllegalArgumentException with a reason when the language has no way from the value to the column
     */
    static Value fit(Value value, String type, ZoneId zone) {
        Kind target = SqlType.kind(type);
        if (value.isNull()) {
            String carrier = target == Kind.TEXT ? SqlType.TEXT : type;
            return new Value(target, SqlText.cast("NULL", carrier), target == Kind.TEXT ? SqlType.TEXT : type, null);
        }
        if (value.type().equals(type) && value.constant() == null) {
            return value;
        }
        return switch (target) {
            case TEXT -> text(value);
            case INTEGER, NUMERIC, DOUBLE -> number(value, target, type);
            case BOOLEAN -> same(value, target, type);
            case DATETIME -> time(value, type, zone);
            case OTHER, NULL -> other(value, type);
        };
    }

    /** Never cast to the column's length: a cast would cut what an assignment refuses. */
    private static Value text(Value value) {
        if (value.constant() instanceof String) {
            return new Value(Kind.TEXT, SqlText.cast(value.sql(), SqlType.TEXT), SqlType.TEXT, value.constant());
        }
        if (value.kind() == Kind.DATETIME) {
            throw new IllegalArgumentException(
                    "the column is text and the value a date or time; write dt_str(..., format)");
        }
        if (value.kind() == Kind.OTHER && !SqlType.hasFixedText(value.type())) {
            throw new IllegalArgumentException(
                    "the text of " + value.type() + " depends on settings of the session; use columns.set with SQL");
        }
        return value.asText();
    }

    private static Value number(Value value, Kind target, String type) {
        if (!value.kind().isNumber()) {
            throw mismatch(
                    value,
                    type,
                    value.kind() == Kind.TEXT ? "; write cast_string_to_long(...), or a number without quotes" : "");
        }
        return new Value(target, SqlText.cast(value.sql(), type), type, null);
    }

    private static Value same(Value value, Kind target, String type) {
        if (value.kind() != target) {
            throw mismatch(value, type, "; write TRUE, FALSE or a condition");
        }
        return value;
    }

    private static Value time(Value value, String type, ZoneId zone) {
        String known = value.knownText();
        if (known == null && value.kind() != Kind.DATETIME) {
            throw mismatch(
                    value,
                    type,
                    value.kind() == Kind.TEXT ? "; write dt_strptime(..., format)" : "; write dt_fromtimestamp(...)");
        }
        String local = known == null ? Timestamps.local(value, zone) : Timestamps.constant(known);
        boolean modified = type.indexOf('(') >= 0;
        if (SqlType.isZoned(type)) {
            String zoned = Timestamps.atZone(local, zone);
            return new Value(Kind.DATETIME, modified ? SqlText.cast(zoned, type) : zoned, type, null);
        }
        boolean done = SqlType.isTimestamp(type) && !modified;
        return new Value(Kind.DATETIME, done ? local : SqlText.cast(local, type), type, null);
    }

    private static Value other(Value value, String type) {
        if (value.knownText() == null) {
            throw new IllegalArgumentException(
                    "the column is " + type
                            + "; a script can set it to a string constant, null or another column of that type; use columns.set with SQL");
        }
        return new Value(Kind.OTHER, SqlText.cast(value.sql(), type), type, null);
    }

    private static IllegalArgumentException mismatch(Value value, String type, String advice) {
        return new IllegalArgumentException(
                "the column is " + type + " and the value " + value.kind().shown() + advice);
    }
}
