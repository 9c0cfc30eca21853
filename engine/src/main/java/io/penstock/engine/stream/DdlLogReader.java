package io.penstock.engine.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.SchemaEventDecoder;
import io.penstock.core.relation.Relation;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.engine.definition.SelectedImage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the rows of {@code penstock.ddl_log} as they come in the stream. One thread. */
final class DdlLogReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<TreeMap<String, @Nullable String>> ROW = new TypeReference<>() {};

    /** What is kept beside the columns of the source's table: oids and reasons, and oids. */
    private static final String REWRITTEN = "kept rewritten";

    private static final String UNPUBLISHED = "kept unpublished";

    private static final String FOLLOWED = "kept without";

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

    /**
     * The row that was read last, to be kept; {@link #decode} reads it again.
     *
     * @param event what it became: other rows may have told of the tables that the command wrote anew
     * @param followed oids of types in its image that wait for nobody, and that it will not show any more
     */
    byte[] lastRow(SchemaEvent event, Set<Integer> followed) {
        Map<String, @Nullable String> row = new TreeMap<>(last);
        row.put(
                REWRITTEN,
                event.rewritten().stream()
                        .map(r -> r.table() + ":" + r.reason())
                        .collect(Collectors.joining(" ")));
        row.put(UNPUBLISHED, event.unpublished().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        row.put(FOLLOWED, followed.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        try {
            return JSON.writeValueAsBytes(row);
        } catch (JsonProcessingException e) {
            throw new PenstockException(ErrorKind.INTERNAL, "A change of definition cannot be kept.", e);
        }
    }

    SchemaEvent decode(byte[] row) {
        try {
            Map<String, @Nullable String> kept = JSON.readValue(row, ROW);
            List<SchemaEvent.Rewrite> rewritten = words(kept.remove(REWRITTEN))
                    .map(word -> word.split(":", 2))
                    .map(part -> new SchemaEvent.Rewrite(Integer.parseInt(part[0]), Integer.parseInt(part[1])))
                    .toList();
            List<Integer> unpublished =
                    words(kept.remove(UNPUBLISHED)).map(Integer::valueOf).toList();
            Set<Integer> followed =
                    words(kept.remove(FOLLOWED)).map(Integer::valueOf).collect(Collectors.toSet());
            SchemaEvent event = decoder.decode(kept);
            return event.with(rewritten, unpublished)
                    .withImage(SelectedImage.withoutParts(
                            event.image(), type -> followed.contains(type.oid()), sequence -> false));
        } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "A row of penstock.quarantine cannot be read: it was changed, or written by another version of Penstock. Release the"
                            + " task and start it again.",
                    e);
        }
    }

    private static Stream<String> words(@Nullable String text) {
        return text == null || text.isEmpty() ? Stream.of() : Stream.of(text.split(" "));
    }
}
