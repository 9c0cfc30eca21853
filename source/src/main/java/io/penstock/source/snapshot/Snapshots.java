package io.penstock.source.snapshot;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.TableDefinition;
import io.penstock.source.catalog.CatalogReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** One way to come to a snapshot that can be compared with the stream. Any thread, each with a session of its own. */
public sealed interface Snapshots permits TextSnapshots, SlotSnapshots {
    /** No such snapshot (before and from version 17 on), or its transaction has just ended. */
    Set<String> GONE = Set.of("22023", "42704", "55000");

    /**
     * Begins a read-only transaction in a session that is in autocommit, and reads definitions under its snapshot. The given tables are
     * locked in ACCESS SHARE mode, and nobody has written one anew between the snapshot and the lock. The transaction is the
     * caller's to end, after an error too if one is open by then.
     *
     * @param tables to lock, by their names
     * @throws SQLException 42P01 and 3F000 when a table has another name by now or is gone
     * @throws io.penstock.core.error.PenstockException TRANSIENT when definitions change again and again or transactions stay open for too
     *     long; PRECHECK when the snapshot is none that can be compared; INTERRUPTED when told to stop
     */
    Picture begin(Connection session, List<TableDefinition> tables, Function<CatalogReader, Catalog> reading)
            throws SQLException;

    /**
     * Makes another session's snapshot that of the transaction that was just begun.
     *
     * @throws io.penstock.core.error.PenstockException CONNECTION when that session was lost, and its snapshot with it
     */
    static void join(Statement transaction, String exported) throws SQLException {
        try {
            transaction.execute("set transaction snapshot '" + exported + "'");
        } catch (SQLException e) {
            if (GONE.contains(String.valueOf(e.getSQLState()))) {
                throw new PenstockException(
                        ErrorKind.CONNECTION,
                        "The source has ended the session that held the snapshot of a copy (" + e.getMessage()
                                + "); the copy begins anew by itself.",
                        e);
            }
            throw e;
        }
    }
}
