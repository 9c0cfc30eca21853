package io.penstock.core.schema;

import java.util.List;

/**
 * What the task knows of the source's definitions, each object as the last event that touched it showed it.
 *
 * @param names where the destination differs
 */
public record DefinitionModel(
        List<TableDefinition> tables,
        List<TypeDefinition> types,
        List<SequenceDefinition> sequences,
        DestinationNames names) {
    /** Before the first event. */
    public static final DefinitionModel EMPTY =
            new DefinitionModel(List.of(), List.of(), List.of(), DestinationNames.SAME);

    public DefinitionModel {
        tables = List.copyOf(tables);
        types = List.copyOf(types);
        sequences = List.copyOf(sequences);
    }
}
