package io.penstock.core.port;

import io.penstock.core.schema.SchemaEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns rows of the source's {@code penstock.ddl_log} into events. Pure; any thread. */
public interface SchemaEventDecoder {
    /**
     * Reads one row.
     *
     * @param row text values by column name; null is NULL
     * @throws io.penstock.core.error.PenstockException PROTOCOL when the row is not what this version of Penstock writes
     */
    SchemaEvent decode(Map<String, @Nullable String> row);
}
