package io.penstock.bench.micro;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Messages of one table as pgoutput sends them, made from a seed (PostgreSQL documentation, "Logical Replication Message Formats"). */
final class Messages {
    static final int TABLE = 16_384;
    /** Offset of the new tuple in an insert or an update without old key: kind, relation, tuple kind. */
    static final int TUPLE_AT = 6;

    private static final long SEED = 7;
    private static final int INT8 = 20;
    private static final int TEXT = 25;

    private Messages() {}

    static TableMapping table() {
        List<MappedColumn> columns = List.of(
                new MappedColumn("id", INT8, true, "id", "bigint", 'N', true),
                new MappedColumn("amount", INT8, false, "amount", "bigint", 'N', true),
                new MappedColumn("name", TEXT, false, "name", "text", 'S', true),
                new MappedColumn("note", TEXT, false, "note", "text", 'S', true));
        QualifiedName name = new QualifiedName("public", "bench");
        return new TableMapping(TABLE, name, name, ReplicaIdentity.DEFAULT, true, columns, false, RowPolicy.EVERYTHING);
    }

    /** Updates of rows drawn from a number of keys; few keys are hot rows. */
    static byte[][] updates(int count, int keys) {
        Random random = new Random(SEED);
        byte[][] messages = new byte[count][];
        for (int i = 0; i < count; i++) {
            messages[i] = message('U', random.nextInt(keys), random.nextInt());
        }
        return messages;
    }

    static byte[][] inserts(int count) {
        Random random = new Random(SEED);
        byte[][] messages = new byte[count][];
        for (int i = 0; i < count; i++) {
            messages[i] = message('I', i, random.nextInt());
        }
        return messages;
    }

    private static byte[] message(char kind, int key, int value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(kind);
            out.writeInt(TABLE);
            out.writeByte('N');
            out.writeShort(4);
            text(out, Integer.toString(key));
            text(out, Integer.toString(value));
            text(out, "name of row " + key + "\tand a tab");
            out.writeByte('n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream out, String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeByte('t');
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
