package io.penstock.core.change;

import io.penstock.core.schema.Aligned;
import io.penstock.core.schema.SchemaChange;
import java.util.List;

/**
 * Makes the destination's definitions what the source's catalog was at one moment, apart from the stream: all of it in one transaction.
 *
 * @param known what the task knows from then on
 * @param aligned the objects that the stream may still bring events of
 * @param lsn the source's position at that moment
 */
public record Alignment(List<SchemaChange> steps, DefinitionRecord known, List<Aligned> aligned, long lsn) {
    public Alignment {
        steps = List.copyOf(steps);
        aligned = List.copyOf(aligned);
    }
}
