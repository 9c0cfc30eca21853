package io.penstock.core.task;

import io.penstock.core.name.QualifiedName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of one source table. What is empty follows the task's own setting.
 *
 * @param to the table at the destination; empty follows {@link NamesSpec}
 * @param columns exclusions, renames, expressions
 * @param where SQL condition over the source row's columns
 * @param primaryKey destination key; empty: the source's
 * @param distributedBy empty: chosen by the destination's dialect
 * @param storage heap, ao_row, ao_column, beam, or any access method of the destination
 * @param storageOptions of the WITH clause, in file order; empty: those of the storage's own place
 * @param dml row changes to follow
 * @param ddl changes of definition to follow
 * @param onMissingColumn see {@link OnMissingColumn}
 * @param etl a script of the reference product
 */
public record TableSpec(
        Optional<QualifiedName> to,
        ColumnsSpec columns,
        Optional<String> where,
        List<String> primaryKey,
        Optional<Distribution> distributedBy,
        Optional<String> storage,
        Map<String, String> storageOptions,
        Optional<Set<DmlKind>> dml,
        Optional<Set<DdlKind>> ddl,
        Optional<OnDdlError> onDdlError,
        Optional<OnMissingColumn> onMissingColumn,
        Optional<EtlSpec> etl) {
    public TableSpec {
        primaryKey = List.copyOf(primaryKey);
        storageOptions = Collections.unmodifiableMap(new LinkedHashMap<>(storageOptions));
        dml = dml.map(Collections::unmodifiableSet);
        ddl = ddl.map(Collections::unmodifiableSet);
    }
}
