package io.penstock.core.script;

import java.util.List;

/**
 * The translated arguments of one call, without those that have names. Every check throws {@link Untranslatable} at the argument's place.
 *
 * @param nodes what was read for each value
 */
record Arguments(Node.Call call, List<Node> nodes, List<Value> values, Context context) {
    int size() {
        return values.size();
    }

    Value value(int i) {
        return values.get(i);
    }

    Node node(int i) {
        return nodes.get(i);
    }

    Untranslatable wrong(int i, String reason) {
        return new Untranslatable(node(i).offset(), reason);
    }

    void note(Dependence dependence, String message) {
        context.dependsOn().add(dependence);
        context.notes().add(call.offset(), call.name() + message);
    }

    /** SQL of type text. */
    String text(int i) {
        return textValue(i).sql();
    }

    Value textValue(int i) {
        Value value = value(i);
        boolean isText = value.kind() == Kind.TEXT || value.isNull();
        if (isText || (value.kind() == Kind.OTHER && SqlType.hasFixedText(value.type()))) {
            return value.asText();
        }
        throw wrong(
                i,
                call.name() + " wants text here, not " + described(i)
                        + (value.kind() == Kind.INTEGER ? "; write cast_long_to_string(...)" : "")
                        + (value.kind() == Kind.DATETIME ? "; write dt_str(..., format)" : ""));
    }

    /** As in a sentence: {@code `id`, which is bigint}. */
    String described(int i) {
        Value value = value(i);
        String what = value.kind() == Kind.OTHER || node(i) instanceof Node.Column
                ? value.type()
                : value.kind().shown();
        return node(i) instanceof Node.Column column ? "`" + column.name() + "`, which is " + what : what;
    }

    /** A string that is written in the script, because its meaning has to be known now. */
    String literal(int i) {
        String known = value(i).knownText();
        if (known == null) {
            throw wrong(i, call.name() + " wants a string constant here: " + usage());
        }
        return known;
    }

    String filledLiteral(int i) {
        String literal = literal(i);
        if (literal.isEmpty()) {
            throw wrong(i, call.name() + " wants a string that is not empty here: " + usage());
        }
        return literal;
    }

    int wholeLiteral(int i, int least) {
        if (value(i).constant() instanceof Long number && number >= least && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw wrong(
                i, call.name() + " wants a whole number from " + least + " on here, written as a number: " + usage());
    }

    private String usage() {
        Signature signature = Functions.SIGNATURES.get(call.name());
        return signature == null ? call.name() : signature.usage();
    }

    /** SQL of type timestamp without time zone, in the script's zone. */
    String timestamp(int i) {
        Value value = value(i);
        if (value.kind() == Kind.DATETIME || value.isNull()) {
            return Timestamps.local(value, context.table().zone());
        }
        String known = value.knownText();
        if (known != null) {
            return Timestamps.constant(known, node(i).offset());
        }
        throw wrong(
                i,
                call.name() + " wants a date or time here, not " + described(i)
                        + (value.kind() == Kind.TEXT ? "; write dt_strptime(..., format)" : "")
                        + (value.kind().isNumber() ? "; write dt_fromtimestamp(...)" : ""));
    }
}
