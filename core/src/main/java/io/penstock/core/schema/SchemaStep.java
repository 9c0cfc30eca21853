package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One object the schema phase creates.
 *
 * @param table the table after whose copy the step can run, a partitioned parent after those of its partitions; null when the step
 *     belongs to no table
 * @param object for a person and for the existence check, such as {@code index public.orders_total}
 * @param existsSql a query of one boolean that is true when the object is there already
 * @param statements executed in order in one transaction; none when the object is left out, and a note says why
 * @param notes what the destination cannot do as the source does, for the plan; usually empty
 */
public record SchemaStep(
        Stage stage,
        @Nullable QualifiedName table,
        String object,
        String existsSql,
        List<String> statements,
        List<String> notes) {
    public SchemaStep {
        statements = List.copyOf(statements);
        notes = List.copyOf(notes);
    }

    /** Whether it only builds an index, which several sessions may do on one table at the same time; constraints lock everybody out. */
    public boolean buildsIndex() {
        return !statements.isEmpty()
                && (statements.get(0).startsWith("CREATE INDEX ")
                        || statements.get(0).startsWith("CREATE UNIQUE INDEX "));
    }

    /** When a step runs. */
    public enum Stage {
        /** Schemas, types, sequences, tables: before the copy. */
        BEFORE_COPY,
        /** Keys, indexes, checks, comments: after the rows are there, before the stream begins. */
        AFTER_COPY,
        /** Foreign keys: when all tables show one common moment. */
        WHEN_CONSISTENT
    }
}
