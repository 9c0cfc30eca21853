package io.penstock.engine.definition;

import io.penstock.core.schema.Aligned;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.snapshot.TableSnapshot;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The objects whose definitions were read from the source's catalog, and when: what the stream brings of them from before that moment is
 * known already. One thread.
 */
public final class AheadOfStream {
    private final Map<ObjectKind, Map<Integer, TableSnapshot>> moments = new EnumMap<>(ObjectKind.class);

    public AheadOfStream(Collection<Aligned> aligned) {
        aligned.forEach(this::put);
    }

    private void put(Aligned aligned) {
        moments.computeIfAbsent(aligned.kind(), k -> new HashMap<>()).put(aligned.oid(), aligned.moment());
    }

    /** Whether its definition shows what the transaction has done. */
    public boolean contains(ObjectKind kind, int oid, int xid, long lsn) {
        TableSnapshot moment = moments.getOrDefault(kind, Map.of()).get(oid);
        return moment != null && moment.contains(xid, lsn);
    }
}
