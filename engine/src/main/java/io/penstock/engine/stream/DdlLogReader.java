package io.penstock.engine.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.SchemaEventDecoder;
import io.penstock.core.relation.Relation;
import io.penstock.core.schema.SchemaEvent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the rows of {@code penstock.ddl_log} as they come in the stream. One thread. */
final class DdlLogReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<TreeMap<String, @Nullable String>> ROW = new TypeReference<>() {};

    private final SchemaEventDecoder decoder;
    private Map<String, @Nullable String> last = Map.of();
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
        Map<String, @Nullable String> row = new TreeMap<>();
        for (int i = 0; i < columns.size(); i++) {
            row.put(columns.get(i).name(), TupleText.value(message, tuple, i));
        }
        last = row;
        return decoder.decode(row);
    }

    /** The row that was read last, to be kept; {@link #decode} reads it again. */
    byte[] lastRow() {
        try {
            return JSON.writeValueAsBytes(last);
        } catch (JsonProcessingException e) {
            throw new PenstockException(ErrorKind.INTERNAL, "A change of definition cannot be kept.", e);
        }
    }

    SchemaEvent decode(byte[] row) {
        try {
            return decoder.decode(JSON.readValue(row, ROW));
        } catch (IOException e) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "A row of penstock.quarantine cannot be read: it was changed, or written by another version of Penstock. Release the"
                            + " task and start it again.",
                    e);
        }
    }
}
