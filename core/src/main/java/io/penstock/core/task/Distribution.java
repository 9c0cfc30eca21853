package io.penstock.core.task;

import io.penstock.core.name.Identifiers;
import java.util.List;
import java.util.stream.Collectors;

/** How an MPP destination spreads the rows of a table. */
public sealed interface Distribution {
    /** How the task file writes it. */
    String written();

    /** By the hash of these columns. */
    record ByColumns(List<String> columns) implements Distribution {
        public ByColumns {
            columns = List.copyOf(columns);
        }

        @Override
        public String written() {
            return columns.stream().map(Identifiers::quote).collect(Collectors.joining(", ", "[", "]"));
        }
    }

    /** By the hash of the first columns of the primary key that, as the source's statistics say, tell enough rows apart. */
    record Selective() implements Distribution {
        @Override
        public String written() {
            return "selective";
        }
    }

    /** Anywhere. */
    record Randomly() implements Distribution {
        @Override
        public String written() {
            return "randomly";
        }
    }

    /** Everywhere. */
    record Replicated() implements Distribution {
        @Override
        public String written() {
            return "replicated";
        }
    }
}
