package io.penstock.core.port;

import io.penstock.core.name.QualifiedName;
import java.util.Set;

/**
 * What a task that begins wants of the destination's tables. Names are the destination's.
 *
 * @param create whether the task will create the tables itself, so that existing ones are conflicts
 * @param copy whether it will copy rows into them
 * @param takeExisting whether existing tables are taken with the rows they have
 * @param shareable tables that other tasks may bring rows into too
 * @param mayLackColumns tables that may lack columns of the source
 */
public record DestinationDemands(
        boolean create,
        boolean copy,
        boolean takeExisting,
        Set<QualifiedName> shareable,
        Set<QualifiedName> mayLackColumns) {
    public DestinationDemands {
        shareable = Set.copyOf(shareable);
        mayLackColumns = Set.copyOf(mayLackColumns);
    }

    /** A task that shares nothing; its tables are copied. */
    public static DestinationDemands of(boolean create) {
        return new DestinationDemands(create, true, false, Set.of(), Set.of());
    }
}
