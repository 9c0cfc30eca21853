package io.penstock.core.task;

import io.penstock.core.name.QualifiedName;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A whole task file. Immutable and complete: what the file does not say has its default here.
 *
 * @param name unique per source and per destination
 * @param phases a non-empty part of schema, full, incremental, in this order
 * @param tables settings of single tables by source name, in file order
 * @param ddl every kind unless the file says otherwise
 * @param storage default storage of created tables; {@link #DEFAULT_STORAGE} leaves it to the destination
 * @param storageOptions of the WITH clause of created tables, in file order
 * @param distributedBy of tables that have none of their own
 * @param lines the keys the file sets, as paths like {@code retry.connection}, and the line of each
 */
public record TaskSpec(
        String name,
        EndpointSpec source,
        EndpointSpec destination,
        List<Phase> phases,
        ObjectSelection objects,
        Map<QualifiedName, TableSpec> tables,
        NamesSpec names,
        ConflictPolicy conflicts,
        Set<DmlKind> dml,
        Set<DdlKind> ddl,
        OnDdlError onDdlError,
        OnMissingColumn onMissingColumn,
        Optional<EtlSpec> etl,
        String storage,
        Map<String, String> storageOptions,
        DefaultDistribution distributedBy,
        FullSpec full,
        IncrementalSpec incremental,
        RetrySpec retry,
        WalSpec wal,
        VerifySpec verify,
        AlertsSpec alerts,
        RunnerSpec runner,
        InstanceClass instanceClass,
        Map<String, String> tags,
        Map<String, Integer> lines) {
    /** The whole job is what most tasks are for. */
    public static final List<Phase> DEFAULT_PHASES = List.of(Phase.values());

    /** Never write into tables that somebody else may have filled. */
    public static final ConflictPolicy DEFAULT_CONFLICTS = ConflictPolicy.FAIL;

    /** The destination shall be equal. */
    public static final Set<DmlKind> DEFAULT_DML = Collections.unmodifiableSet(EnumSet.allOf(DmlKind.class));

    /** The destination shall be equal in its definitions too. */
    public static final Set<DdlKind> DEFAULT_DDL = Collections.unmodifiableSet(EnumSet.allOf(DdlKind.class));

    /** One odd table shall not stop the others. */
    public static final OnDdlError DEFAULT_ON_DDL_ERROR = OnDdlError.QUARANTINE;

    /** Values are never lost silently. */
    public static final OnMissingColumn DEFAULT_ON_MISSING_COLUMN = OnMissingColumn.ERROR;

    /** The word that leaves the storage to the destination's own default. */
    public static final String DEFAULT_STORAGE = "default";

    /** Rows are found on one segment, and the source's statistics need not be right. */
    public static final DefaultDistribution DEFAULT_DISTRIBUTION = DefaultDistribution.KEY;

    /** Caps are for those who share a machine. */
    public static final InstanceClass DEFAULT_CLASS = InstanceClass.UNLIMITED;

    public TaskSpec {
        phases = List.copyOf(phases);
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
        dml = Collections.unmodifiableSet(dml);
        ddl = Collections.unmodifiableSet(ddl);
        storageOptions = Collections.unmodifiableMap(new LinkedHashMap<>(storageOptions));
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        lines = Collections.unmodifiableMap(new LinkedHashMap<>(lines));
    }

    /** A task with every default, as a file with nothing but a name and two urls gives. */
    public static TaskSpec of(String name, EndpointSpec source, EndpointSpec destination) {
        return new TaskSpec(
                name,
                source,
                destination,
                DEFAULT_PHASES,
                ObjectSelection.EVERYTHING,
                Map.of(),
                NamesSpec.DEFAULT,
                DEFAULT_CONFLICTS,
                DEFAULT_DML,
                DEFAULT_DDL,
                DEFAULT_ON_DDL_ERROR,
                DEFAULT_ON_MISSING_COLUMN,
                Optional.empty(),
                DEFAULT_STORAGE,
                Map.of(),
                DEFAULT_DISTRIBUTION,
                FullSpec.DEFAULT,
                IncrementalSpec.DEFAULT,
                RetrySpec.DEFAULT,
                WalSpec.DEFAULT,
                VerifySpec.DEFAULT,
                AlertsSpec.DEFAULT,
                RunnerSpec.DEFAULT,
                DEFAULT_CLASS,
                Map.of(),
                Map.of());
    }

    public boolean runs(Phase phase) {
        return phases.contains(phase);
    }

    /** True if the file itself sets the key. */
    public boolean isSet(String path) {
        return lines.containsKey(path);
    }

    public OptionalInt lineOf(String path) {
        Integer line = lines.get(path);
        return line == null ? OptionalInt.empty() : OptionalInt.of(line);
    }
}
