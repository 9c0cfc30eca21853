package io.penstock.source.catalog;

import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.IndexDefinition;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Chooses the index whose columns find a row. Pure. */
final class KeyChoice {
    /** Fewer columns are cheaper to log and to look up; the name only makes the choice the same each time. */
    private static final Comparator<Candidate> BEST = Comparator.comparing(Candidate::primary)
            .reversed()
            .thenComparing(c -> c.index().columns().size())
            .thenComparing(c -> c.index().name());

    private KeyChoice() {}

    /**
     * @param primary whether it is the primary key's
     * @param identity whether the user declared it the replica identity
     * @param overlaps whether it forbids overlapping values instead of equal ones
     */
    record Candidate(IndexDefinition index, boolean primary, boolean identity, boolean overlaps) {}

    /**
     * The replica identity where the user has chosen one, because the log holds no other columns of old rows; else the primary key; else
     * the best unique index. Only what PostgreSQL accepts as replica identity: unique, whole, checked at once, over NOT NULL columns.
     */
    static Optional<IndexDefinition> choose(
            ReplicaIdentity identity, Collection<Candidate> candidates, List<ColumnDefinition> columns) {
        // A generated column is not in the stream, so it identifies nothing there.
        Set<String> present = columns.stream()
                .filter(c -> c.notNull() && c.generated() == ColumnDefinition.Generated.NO)
                .map(ColumnDefinition::name)
                .collect(Collectors.toSet());
        List<Candidate> fit =
                candidates.stream().filter(c -> qualifies(c, present)).toList();
        Optional<Candidate> declared = identity == ReplicaIdentity.INDEX
                ? fit.stream().filter(Candidate::identity).findFirst()
                : Optional.empty();
        return declared.or(() -> fit.stream().min(BEST)).map(Candidate::index);
    }

    /**
     * What the declared identity is worth: an index that is gone, or that was not chosen as key, identifies no row. A dropped one makes
     * the server refuse updates of a published table, so it must be replaced before the table is published.
     */
    static ReplicaIdentity serving(
            ReplicaIdentity declared, Collection<Candidate> candidates, Optional<IndexDefinition> key) {
        if (declared != ReplicaIdentity.INDEX) {
            return declared;
        }
        boolean serves = candidates.stream()
                .anyMatch(c -> c.identity() && key.filter(c.index()::equals).isPresent());
        return serves ? ReplicaIdentity.INDEX : ReplicaIdentity.NOTHING;
    }

    private static boolean qualifies(Candidate candidate, Set<String> present) {
        IndexDefinition index = candidate.index();
        return index.unique()
                && index.immediate()
                && index.valid()
                && !index.partial()
                && !index.columns().isEmpty()
                && (candidate.primary() || !candidate.overlaps())
                && present.containsAll(index.columns());
    }
}
