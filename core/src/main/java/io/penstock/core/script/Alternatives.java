package io.penstock.core.script;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Values of which one is chosen at run time: brought to one type, and written as CASE. Stateless. */
final class Alternatives {
    private Alternatives() {}

    /** Conditions may be NULL: such a case is not taken. There is one value more than conditions. */
    static Value choose(List<Value> conditions, List<Value> values, ZoneId zone) {
        if (values.stream().allMatch(values.get(0)::equals)) {
            return values.get(0);
        }
        List<Value> alike = alike(values, zone);
        Value otherwise = alike.get(conditions.size());
        int cases = conditions.size();
        while (cases > 1 && alike.get(cases - 1).equals(otherwise)) {
            cases--;
        }
        StringBuilder sql = new StringBuilder("CASE");
        for (int i = 0; i < cases; i++) {
            sql.append(" WHEN ").append(conditions.get(i).sql());
            sql.append(" THEN ").append(alike.get(i).sql());
        }
        sql.append(" ELSE ").append(otherwise.sql()).append(" END");
        return new Value(otherwise.kind(), sql.toString(), otherwise.type(), null);
    }

    /**
     * All with one kind and type; a NULL takes the type of the others.
     *
     * @throws IllegalArgumentException with a reason when there is none
     */
    private static List<Value> alike(List<Value> values, ZoneId zone) {
        List<Value> typed = values.stream().filter(value -> !value.isNull()).toList();
        if (typed.isEmpty()) {
            return values;
        }
        boolean oneType = typed.stream().map(Value::type).distinct().count() == 1;
        String type = oneType ? typed.get(0).type() : common(typed);
        Kind kind = SqlType.kind(type);
        List<Value> alike = new ArrayList<>();
        for (Value value : values) {
            alike.add(new Value(kind, oneType ? value.sql() : as(value, type, zone), type, null));
        }
        return alike;
    }

    private static String common(List<Value> values) {
        Kind kind = values.get(0).kind();
        for (Value value : values) {
            kind = common(kind, value.kind());
        }
        return SqlType.widest(kind);
    }

    private static Kind common(Kind a, Kind b) {
        boolean same = a == b && a != Kind.OTHER;
        if (same) {
            return a;
        }
        if (a.isNumber() && b.isNumber()) {
            return a == Kind.DOUBLE || b == Kind.DOUBLE ? Kind.DOUBLE : Kind.NUMERIC;
        }
        throw new IllegalArgumentException(
                "this would be " + a.shown() + " in one case and " + b.shown() + " in another");
    }

    private static String as(Value value, String type, ZoneId zone) {
        if (value.isNull() || value.type().equals(type)) {
            return value.sql();
        }
        return switch (value.kind()) {
            case DATETIME -> Timestamps.local(value, zone);
            case TEXT -> value.asText().sql();
            case INTEGER, NUMERIC, DOUBLE -> SqlText.cast(value.sql(), type);
            case BOOLEAN, OTHER, NULL -> value.sql();
        };
    }
}
