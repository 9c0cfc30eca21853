package io.penstock.core.schema;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that one difference asks for.
 *
 * @param steps in the order in which they run
 * @param names what differs at the destination once they have run; to be kept and given to the next difference
 */
public record SchemaChanges(List<SchemaChange> steps, DestinationNames names) {
    public SchemaChanges {
        steps = List.copyOf(steps);
    }

    /** Oids of the source's tables whose rows must be copied again. */
    public Set<Integer> copies() {
        return steps.stream()
                .filter(SchemaChange::copy)
                .map(SchemaChange::tableOid)
                .collect(Collectors.toUnmodifiableSet());
    }
}
