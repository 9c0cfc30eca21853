package io.penstock.core.change;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TupleFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tuples written as texts: null is SQL NULL, {@link #UNCHANGED} a large value that was not sent. */
final class Tuples {
    static final String UNCHANGED = "<unchanged>";

    private Tuples() {}

    static byte[] tuple(@Nullable String... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(values.length >>> 8);
        out.write(values.length);
        for (String value : values) {
            if (value == null) {
                out.write(TupleFormat.NULL);
            } else if (value.equals(UNCHANGED)) {
                out.write(TupleFormat.UNCHANGED);
            } else {
                byte[] text = value.getBytes(StandardCharsets.UTF_8);
                out.write(TupleFormat.TEXT);
                out.write(text.length >>> 24);
                out.write(text.length >>> 16);
                out.write(text.length >>> 8);
                out.write(text.length);
                out.writeBytes(text);
            }
        }
        return out.toByteArray();
    }

    static List<@Nullable String> values(byte[] bytes, int tuple) {
        List<@Nullable String> values = new ArrayList<>();
        int at = TupleFormat.firstColumn(tuple);
        for (int left = TupleFormat.columns(bytes, tuple); left > 0; left--) {
            values.add(value(bytes, at));
            at = TupleFormat.next(bytes, at);
        }
        return values;
    }

    private static @Nullable String value(byte[] bytes, int at) {
        return switch (bytes[at]) {
            case TupleFormat.NULL -> null;
            case TupleFormat.UNCHANGED -> UNCHANGED;
            default -> new String(bytes, TupleFormat.value(at), TupleFormat.length(bytes, at), StandardCharsets.UTF_8);
        };
    }

    /** A filter that reads one column. */
    static RowRule filter(int column) {
        List<RowRule.Input> inputs = List.of(new RowRule.Input(column + 1, column, "c", "text", null));
        return new RowRule(
                new QualifiedName("public", "t"), "", "c > ''", true, true, true, inputs, List.of(), Map.of());
    }

    /** A table of text columns. */
    static TableMapping table(int columns, int... keys) {
        return table(RowPolicy.EVERYTHING, columns, keys);
    }

    static TableMapping table(RowPolicy policy, int columns, int... keys) {
        List<TableMapping.MappedColumn> mapped = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            int column = i;
            boolean key = java.util.Arrays.stream(keys).anyMatch(k -> k == column);
            mapped.add(new TableMapping.MappedColumn("c" + i, 25, key, "c" + i, "text", 'S', true));
        }
        QualifiedName name = new QualifiedName("public", "t");
        return new TableMapping(1, name, name, ReplicaIdentity.DEFAULT, true, mapped, false, policy);
    }

    /** Two tuples behind each other, as an UPDATE with its old row brings them; the second begins where the first one ends. */
    static byte[] join(byte[] old, byte[] image) {
        byte[] message = java.util.Arrays.copyOf(old, old.length + image.length);
        System.arraycopy(image, 0, message, old.length, image.length);
        return message;
    }
}
