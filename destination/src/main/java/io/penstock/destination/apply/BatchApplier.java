package io.penstock.destination.apply;

import io.penstock.core.change.Batch;
import io.penstock.core.change.KeyedChanges;
import io.penstock.core.change.KeylessChanges;
import io.penstock.core.change.TableChanges;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.BatchWriter;
import io.penstock.core.relation.TableMapping;
import io.penstock.destination.progress.SharedTables;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.error.SqlErrors;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.core.BaseConnection;

/** Applies the batches of one lane through one session. One thread. */
public final class BatchApplier implements BatchWriter {
    private static final String FEATURE_NOT_SUPPORTED = "0A000";
    private static final String UNDEFINED_TABLE = "42P01";
    /** What Greenplum says of a large value whose place it does not know; statements that name a missing table get another answer. */
    private static final String NO_SUCH_OID = "could not open relation with OID";

    /** A COMMIT on several segments costs some milliseconds whatever it carries (two-phase commit). */
    private static final Duration PARALLEL_INTERVAL = Duration.ofMillis(20);
    /** Each batch makes append-optimized tables longer, and is found again by reading a key column once. */
    private static final Duration APPENDED_INTERVAL = Duration.ofMillis(200);

    private final BaseConnection connection;
    private final String endpoint;
    private final FaultPoints faults;
    private final boolean parallel;
    private final StagingTables stages;
    private final TableWriter tables;
    private final ProgressRow progress;
    private final CounterRows counters;
    private final DefinitionApplier definitions;
    private final OwnRows own;
    private Duration interval = Duration.ZERO;

    /** @param planner empty chooses the thresholds by the kind of server */
    public BatchApplier(PgConnector connector, String task, Optional<MergePlanner> planner, FaultPoints faults) {
        this.endpoint = connector.describe();
        this.faults = faults;
        ApplySession session = ApplySession.open(connector);
        this.connection = session.connection();
        this.parallel = session.facts().family().isParallel();
        this.stages = new StagingTables(connection, faults);
        this.own = new OwnRows(new SharedTables(connection, task));
        this.tables = new TableWriter(
                session, stages, planner.orElse(MergePlanner.of(session.facts().family())), own);
        this.counters = new CounterRows(connection, task);
        this.definitions = new DefinitionApplier(connector, connection, task, stages);
        try {
            connection.setAutoCommit(false);
            this.progress = ProgressRow.lock(connection, task);
            connection.commit();
        } catch (SQLException e) {
            close();
            throw SqlErrors.wrap(e, "open the task's progress", endpoint);
        }
    }

    @Override
    public void apply(Batch batch) {
        try {
            for (Batch.Step step : batch.steps()) {
                apply(step);
            }
            if (batch.steps().isEmpty()) {
                counters.due();
            }
            faults.reached(FaultPoint.MERGED);
            if (batch.complete()) {
                progress.move(Lsn.max(batch.endLsn(), progress.lsn()), batch.commitMicros(), batch.heartbeat());
                faults.reached(FaultPoint.PROGRESS_WRITTEN);
                commit();
            }
        } catch (SQLException e) {
            throw failure(e, "apply the changes up to " + Lsn.format(batch.endLsn()));
        }
    }

    /** A session that has lost its staging tables must be opened anew. */
    private PenstockException failure(SQLException e, String operation) {
        PenstockException failed = SqlErrors.wrap(e, operation, endpoint);
        if (!parallel || !UNDEFINED_TABLE.equals(e.getSQLState())) {
            return failed;
        }
        try {
            connection.rollback();
            if (stages.lost()) {
                String lost = " has lost its temporary tables, as when a segment was restarted; a new one is opened.";
                return new PenstockException(ErrorKind.CONNECTION, "The session at " + endpoint + lost, failed);
            }
            return unreadable(e, failed);
        } catch (SQLException second) {
            failed.addSuppressed(second);
            return failed;
        }
    }

    private static PenstockException unreadable(SQLException e, PenstockException failed) {
        if (!String.valueOf(e.getMessage()).contains(NO_SUCH_OID)) {
            return failed;
        }
        return new PenstockException(
                ErrorKind.REFUSED,
                failed.getMessage() + " Greenplum 7.0 says this of large values that ALTER TABLE ... SET DISTRIBUTED or"
                        + " REORGANIZE has made unreadable. If somebody did that to the table, empty it and copy it again.",
                failed);
    }

    private void apply(Batch.Step step) throws SQLException {
        if (step instanceof Batch.Rows rows) {
            for (TableChanges changes : rows.tables()) {
                apply(changes);
            }
        } else if (step instanceof Batch.Truncate truncate) {
            empty(truncate);
        } else if (step instanceof Batch.Define define) {
            tables.forget();
            definitions.define(define.work());
        } else if (step instanceof Batch.Remember remember) {
            definitions.remember(remember.known());
        } else if (step instanceof Batch.Hold hold) {
            definitions.hold(hold);
        } else if (step instanceof Batch.Release release) {
            definitions.release(release);
        }
    }

    /**
     * TRUNCATE is refused when a partitioned table refers to one of the tables, although its partitions are emptied with them: the
     * partitions alone are in the stream. Then rows are deleted, which nobody else may see before COMMIT either.
     */
    private void empty(Batch.Truncate truncate) throws SQLException {
        List<QualifiedName> names = new ArrayList<>();
        for (TableMapping table : truncate.tables()) {
            own.requireAlone(table);
            if (table.labelled()) {
                ApplySession.execute(connection, TableSql.emptyOfOwn(table));
            } else {
                names.add(table.destination());
            }
        }
        if (names.isEmpty()) {
            return;
        }
        Savepoint before = connection.setSavepoint();
        try {
            ApplySession.execute(connection, TableSql.truncate(names, truncate.restartIdentity()));
        } catch (SQLException e) {
            if (!FEATURE_NOT_SUPPORTED.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            for (QualifiedName name : names) {
                ApplySession.execute(connection, TableSql.empty(name));
            }
        }
        connection.releaseSavepoint(before);
    }

    private void apply(TableChanges changes) {
        try {
            if (changes instanceof KeyedChanges keyed) {
                for (KeyedChanges part = keyed; part != null; part = part.next()) {
                    tables.write(part);
                }
            } else if (changes instanceof KeylessChanges keyless) {
                tables.write(keyless);
            }
            counters.add(changes.table(), changes.counts());
        } catch (SQLException e) {
            throw failure(e, "apply changes to " + changes.table().destination());
        }
    }

    private void commit() throws SQLException {
        counters.writeIfDue();
        connection.commit();
        progress.committed();
        counters.committed();
        stages.transactionEnded();
        boolean appended = tables.appended();
        interval = !parallel ? Duration.ZERO : appended ? APPENDED_INTERVAL : PARALLEL_INTERVAL;
        faults.reached(FaultPoint.COMMITTED);
    }

    @Override
    public Duration interval() {
        return interval;
    }

    @Override
    public long appliedLsn() {
        return progress.lsn();
    }

    /** Cuts the connection, so that an open transaction ends at once, whatever state it is in. */
    @Override
    public void close() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new PenstockException(
                    ErrorKind.CONNECTION, "The session at " + endpoint + " could not be closed.", e);
        }
    }
}
