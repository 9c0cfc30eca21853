package io.penstock.destination.schema;

import io.penstock.core.check.Finding;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.dialect.Dialect;
import io.penstock.postgres.expression.Trial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Lets the destination make a temporary table with each set of storage options that the task file asks for. One use, one thread. */
final class StorageTrial {
    private static final String ITEM = "destination.storage_options";

    private final Connection connection;
    private final Dialect dialect;
    private final Layouts layouts;

    StorageTrial(Connection connection, Layouts layouts) {
        this.connection = connection;
        this.dialect = layouts.dialect();
        this.layouts = layouts;
    }

    /** Outside of a transaction; leaves nothing. */
    Finding run() throws SQLException {
        Map<String, Set<String>> tables = new TreeMap<>();
        for (TableDefinition table : layouts.wanted().tables()) {
            String clause = dialect.storageClause(table);
            if (!clause.isEmpty()
                    && !dialect.layout(table.oid()).storage().options().isEmpty()) {
                tables.computeIfAbsent(clause, c -> new TreeSet<>())
                        .add(table.name().toString());
            }
        }
        Set<String> refused = new TreeSet<>();
        for (Map.Entry<String, Set<String>> entry : tables.entrySet()) {
            String which = entry.getKey().strip().replace('\n', ' ') + " of "
                    + entry.getValue().iterator().next()
                    + (entry.getValue().size() > 1 ? " and others" : "");
            attempt(entry.getKey()).ifPresent(o -> refused.add(which + ": " + o.message()));
        }
        // A server that stores only lasting tables so would object to the trial alone.
        return refused.isEmpty()
                ? Finding.passed(ITEM)
                : new Finding(
                        ITEM,
                        Finding.State.FAILED,
                        true,
                        "The destination does not take these storage options: " + String.join("; ", refused) + ".",
                        "Correct storageOptions or tables.*.storageOptions; " + dialect.describe()
                                + " says in its manual which options each storage has.");
    }

    private Optional<Trial.Objection> attempt(String clause) throws SQLException {
        connection.setAutoCommit(false);
        try {
            String distribution = dialect.distributes() ? "\nDISTRIBUTED BY (id)" : "";
            return Trial.of(connection, "CREATE TEMPORARY TABLE penstock_trial (id integer)", clause, distribution);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
