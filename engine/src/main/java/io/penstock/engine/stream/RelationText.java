package io.penstock.engine.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.Relation;
import io.penstock.core.relation.ReplicaIdentity;
import java.io.IOException;
import java.util.List;

/** Descriptions of tables as they are kept beside held changes. Pure. */
final class RelationText {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RelationText() {}

    private record Stored(
            int oid, String schema, String table, ReplicaIdentity identity, List<Relation.Column> columns) {}

    static byte[] write(Relation r) {
        try {
            return JSON.writeValueAsBytes(
                    new Stored(r.oid(), r.name().schema(), r.name().table(), r.identity(), r.columns()));
        } catch (JsonProcessingException e) {
            throw new PenstockException(ErrorKind.INTERNAL, "The description of a table cannot be kept.", e);
        }
    }

    static Relation read(byte[] text) {
        try {
            Stored s = JSON.readValue(text, Stored.class);
            return new Relation(s.oid(), new QualifiedName(s.schema(), s.table()), s.identity(), s.columns());
        } catch (IOException e) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "A row of penstock.quarantine cannot be read: it was changed, or written by another version of Penstock. Release the"
                            + " task and start it again.",
                    e);
        }
    }
}
