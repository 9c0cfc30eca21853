package io.penstock.destination.apply;

import io.penstock.core.name.Identifiers;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the destination stores a table, as far as the way of writing depends on it.
 *
 * @param storage the access method, {@code heap} where there is but one
 * @param policy where rows lie
 * @param distribution the columns they are distributed by, in order; empty unless {@code policy} is BY_COLUMNS
 * @param indexes the columns of the indexes through which rows can be found, those over expressions and a part of the rows left out
 * @param rows the planner's estimate; 0 or less when there is none
 */
record StoredTable(String storage, Policy policy, List<String> distribution, List<List<String>> indexes, double rows) {
    static final String HEAP = "heap";

    /** Of a server that is not parallel: nothing to know. */
    static final StoredTable PLAIN = new StoredTable(HEAP, Policy.NONE, List.of(), List.of(), 0);

    StoredTable {
        distribution = List.copyOf(distribution);
        indexes = List.copyOf(indexes);
    }

    /** {@code gp_distribution_policy.policytype}. */
    enum Policy {
        /** The server has no segments. */
        NONE,
        BY_COLUMNS,
        RANDOMLY,
        REPLICATED
    }

    boolean parallel() {
        return policy != Policy.NONE;
    }

    /** What is not known to be a heap is written like an append-optimized table: no row of it is ever updated. */
    boolean updatesInPlace() {
        return storage.equals(HEAP);
    }

    /** Whether statements for the one suit the other too. */
    boolean sameShape(StoredTable other) {
        return storage.equals(other.storage) && policy == other.policy && distribution.equals(other.distribution);
    }

    /** Whether an index finds a row by its key, whose columns come first in it. */
    boolean findsByKey(TableMapping table) {
        Set<String> key = table.columns().stream()
                .filter(MappedColumn::key)
                .map(MappedColumn::destinationName)
                .collect(Collectors.toSet());
        return indexes.stream()
                .anyMatch(i -> i.size() >= key.size() && new HashSet<>(i.subList(0, key.size())).equals(key));
    }

    /** So that a staging table is a heap wherever the server can be told so. */
    String stageStorage(boolean namesStorages) {
        return parallel() && namesStorages ? " using heap" : "";
    }

    /**
     * What follows the columns of a staging table, so that its rows lie beside those they concern.
     *
     * @param staged names of columns at the destination, and what they are called in the staging table
     */
    String stageDistribution(Map<String, String> staged) {
        return switch (policy) {
            case NONE -> "";
            case REPLICATED -> " distributed replicated";
            case RANDOMLY -> " distributed randomly";
            case BY_COLUMNS ->
                staged.keySet().containsAll(distribution)
                        ? distribution.stream()
                                .map(c -> Identifiers.quote(staged.getOrDefault(c, c)))
                                .collect(Collectors.joining(", ", " distributed by (", ")"))
                        : " distributed randomly";
        };
    }
}
