package io.penstock.core.script;

import org.jspecify.annotations.Nullable;

/**
 * A translated part of a script.
 *
 * @param sql an expression that needs no parentheses around it
 * @param type of the expression at the server; of a string constant {@code text}
 * @param constant the value when it is known now: String, Long or Boolean; null otherwise, and for SQL's NULL
 */
record Value(Kind kind, String sql, String type, @Nullable Object constant) {
    /** Stands for what has been reported already. */
    static final Value BROKEN = new Value(Kind.NULL, "NULL", SqlType.TEXT, null);

    static final Value TRUE = new Value(Kind.BOOLEAN, "TRUE", SqlType.BOOLEAN, true);
    static final Value FALSE = new Value(Kind.BOOLEAN, "FALSE", SqlType.BOOLEAN, false);
    static final Value NULL = new Value(Kind.NULL, "NULL", SqlType.TEXT, null);

    static Value of(Kind kind, String sql) {
        return new Value(kind, sql, SqlType.widest(kind), null);
    }

    static Value typed(String sql, String type) {
        return new Value(SqlType.kind(type), sql, type, null);
    }

    static Value text(String constant) {
        return new Value(Kind.TEXT, SqlText.literal(constant), SqlType.TEXT, constant);
    }

    static Value whole(long constant) {
        String sql = constant < 0 ? "(" + constant + ")" : String.valueOf(constant);
        boolean small = constant == (int) constant;
        return new Value(Kind.INTEGER, sql, small ? "integer" : SqlType.BIGINT, constant);
    }

    static Value decimal(String digits) {
        String sql = digits.startsWith("-") ? "(" + digits + ")" : digits;
        return new Value(Kind.NUMERIC, sql, SqlType.NUMERIC, null);
    }

    static Value truth(boolean constant) {
        return constant ? TRUE : FALSE;
    }

    boolean isBroken() {
        return this == BROKEN;
    }

    boolean isNull() {
        return kind == Kind.NULL;
    }

    boolean is(Object known) {
        return known.equals(constant);
    }

    /** The string, when it is one that is known now. */
    @Nullable
    String knownText() {
        return constant instanceof String text ? text : null;
    }

    /** The same without a constant, for a value that was chosen among others. */
    Value asText() {
        if (kind == Kind.NULL) {
            return of(Kind.TEXT, SqlText.cast("NULL", SqlType.TEXT));
        }
        if (constant instanceof String || SqlType.isPlainText(type)) {
            return this;
        }
        return of(Kind.TEXT, SqlText.cast(sql, SqlType.TEXT));
    }
}
