package io.penstock.engine.stream;

import io.penstock.core.port.SchemaEventDecoder;
import io.penstock.core.relation.Relation;
import io.penstock.core.schema.SchemaEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the rows of {@code penstock.ddl_log} as they come in the stream. One thread. */
final class DdlLogReader {
    private final SchemaEventDecoder decoder;
    private int oid;
    private List<Relation.Column> columns = List.of();

    DdlLogReader(SchemaEventDecoder decoder) {
        this.decoder = decoder;
    }

    void described(Relation relation) {
        oid = relation.oid();
        columns = relation.columns();
    }

    boolean reads(int relation) {
        return relation == oid && oid != 0;
    }

    SchemaEvent read(byte[] message, int tuple) {
        Map<String, @Nullable String> row = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            row.put(columns.get(i).name(), TupleText.value(message, tuple, i));
        }
        return decoder.decode(row);
    }
}
