package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import org.jspecify.annotations.Nullable;

/**
 * A sequence. Its position is not part of the definition: it does not travel in the log and is set at cut-over.
 *
 * @param oid its identity across renames
 * @param ownerTable the table of the owning column, null when the sequence stands alone
 * @param identity whether it belongs to an identity column and is created with it
 */
public record SequenceDefinition(
        int oid,
        QualifiedName name,
        String type,
        long start,
        long increment,
        long minimum,
        long maximum,
        long cache,
        boolean cycle,
        @Nullable QualifiedName ownerTable,
        @Nullable String ownerColumn,
        boolean identity,
        @Nullable String comment) {}
