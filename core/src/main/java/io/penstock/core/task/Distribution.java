package io.penstock.core.task;

import java.util.List;

/** How an MPP destination spreads the rows of a table. */
public sealed interface Distribution {
    /** By the hash of these columns. */
    record ByColumns(List<String> columns) implements Distribution {
        public ByColumns {
            columns = List.copyOf(columns);
        }
    }

    /** By the hash of the first columns of the primary key that, as the source's statistics say, tell enough rows apart. */
    record Selective() implements Distribution {}

    /** Anywhere. */
    record Randomly() implements Distribution {}

    /** Everywhere. */
    record Replicated() implements Distribution {}
}
