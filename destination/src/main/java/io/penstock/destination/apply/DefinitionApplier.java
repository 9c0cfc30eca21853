package io.penstock.destination.apply;

import io.penstock.core.change.Batch;
import io.penstock.core.change.DefinitionRecord;
import io.penstock.core.change.DefinitionWork;
import io.penstock.core.change.DefinitionWork.Refused;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.progress.DefinitionTables;
import io.penstock.destination.progress.QuarantineTable;
import io.penstock.destination.schema.ChangeSession;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.error.SqlErrors;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings definitions forward, and keeps what is known of them, in the transaction that carries the rows. One thread. */
final class DefinitionApplier {
    private static final Logger log = LoggerFactory.getLogger(DefinitionApplier.class);

    /** Classes of the error codes: integrity violations, and values that cannot be what they are to become. */
    private static final Set<String> OF_ROWS = Set.of("23", "22");

    /** What changes the values that stand in columns, or the columns in which they stand. */
    private static final Set<DdlKind> OF_VALUES =
            Set.of(DdlKind.ADD_COLUMN, DdlKind.RENAME_COLUMN, DdlKind.ALTER_COLUMN_TYPE);

    private static final String CHECKED_LATER = "existing rows are checked when no changes are held any more";

    private final BaseConnection connection;
    private final String endpoint;
    private final StagingTables stages;
    private final ChangeSession session;
    private final DefinitionTables definitions;
    private final QuarantineTable quarantine;
    private final KnownDefinitions records;
    /** Tables of the work at hand that were there before. */
    private final Set<Integer> existing = new HashSet<>();
    /** Tables of the work at hand in which a person has changed columns. */
    private final Set<Integer> byHand = new HashSet<>();

    DefinitionApplier(PgConnector connector, BaseConnection connection, String task, StagingTables stages) {
        this.connection = connection;
        this.endpoint = connector.describe();
        this.stages = stages;
        this.session = new ChangeSession(connector, connection);
        this.definitions = DefinitionTables.within(connection, endpoint, task);
        this.quarantine = QuarantineTable.within(connection, endpoint, task);
        this.records = new KnownDefinitions(connection, endpoint, task);
    }

    /** When the destination refuses a step nothing of the event is done, so that it can be planned anew without the table. */
    void define(DefinitionWork work) throws SQLException {
        // A type that a staging table uses could not be dropped.
        stages.drop();
        existing.clear();
        byHand.clear();
        List<SchemaChange> steps = new ArrayList<>();
        for (SchemaChange step : work.steps()) {
            steps.add(work.someHeld() && checksRows(step) ? step.withoutStatements(CHECKED_LATER) : step);
        }
        Savepoint before = connection.setSavepoint();
        Refused refused = null;
        for (int i = 0; i < steps.size() && refused == null; i++) {
            refused = run(work, steps.get(i));
        }
        if (refused != null) {
            connection.rollback(before);
        }
        connection.releaseSavepoint(before);
        definitions.append(refused == null ? done(work, steps) : failed(work, steps, refused));
        // Prepared statements keep the types that their parameters had.
        ApplySession.execute(connection, "deallocate all");
        work.outcome()
                .complete(
                        refused == null
                                ? new DefinitionWork.Outcome(
                                        tables(work), Set.copyOf(existing), Set.copyOf(byHand), null)
                                : DefinitionWork.Outcome.refused(refused.table(), refused.why()));
    }

    private Map<Integer, DestinationTable> tables(DefinitionWork work) throws SQLException {
        Map<Integer, DestinationTable> tables = new HashMap<>();
        for (Map.Entry<Integer, QualifiedName> wanted : work.tables().entrySet()) {
            Optional<DestinationTable> found = session.table(wanted.getValue());
            found.ifPresent(table -> tables.put(wanted.getKey(), table));
        }
        return tables;
    }

    private static List<DdlEntry> done(DefinitionWork work, List<SchemaChange> steps) {
        List<DdlEntry> entries = new ArrayList<>();
        for (SchemaChange step : steps) {
            if (!step.statements().isEmpty()) {
                log.info("definition object=\"{}\"", step.object());
            }
            DdlEntry.Result result = step.skipped() ? DdlEntry.Result.SKIPPED : DdlEntry.Result.DONE;
            String notes = String.join("; ", step.notes());
            entries.add(entry(work, step, result, step.statements(), notes.isEmpty() ? null : notes));
        }
        return entries;
    }

    /** All that the table needs, since all of it was undone. */
    private static List<DdlEntry> failed(DefinitionWork work, List<SchemaChange> steps, Refused refused) {
        return steps.stream()
                .filter(step -> step.tableOid() == refused.table() && !step.skipped())
                .filter(step -> !step.statements().isEmpty())
                .map(step ->
                        entry(work, step, DdlEntry.Result.FAILED, step.byHand().statements(), refused.why()))
                .toList();
    }

    private static boolean checksRows(SchemaChange step) {
        return step.stage() == Stage.WHEN_CONSISTENT
                && step.statements().stream().allMatch(sql -> sql.contains(" VALIDATE CONSTRAINT "));
    }

    /** Null when the step was done. */
    private @Nullable Refused run(DefinitionWork work, SchemaChange step) throws SQLException {
        if (step.statements().isEmpty()) {
            return null;
        }
        try {
            runOrEmpty(work, step);
            return null;
        } catch (SQLException e) {
            PenstockException refused = SqlErrors.wrap(e, "change " + step.object(), endpoint);
            switch (refused.kind().reaction()) {
                case RETRY_CONNECTION, RETRY_OTHER, STOP, FATAL -> throw refused;
                case ASK -> {
                    return new Refused(step.tableOid(), String.valueOf(refused.getMessage()));
                }
            }
            throw refused;
        }
    }

    /** Rows that are to be copied again are no reason to refuse anything. */
    private void runOrEmpty(DefinitionWork work, SchemaChange step) throws SQLException {
        boolean resumed = work.resumed().contains(step.tableOid());
        try {
            ChangeSession.Result ran = session.run(step, resumed);
            boolean creates = step.kind().equals(Optional.of(DdlKind.CREATE_TABLE));
            if (ran == ChangeSession.Result.WAS_DONE && creates && step.object().equals("table " + step.source())) {
                existing.add(step.tableOid());
            }
            if (ran == ChangeSession.Result.BY_HAND
                    && step.kind().filter(OF_VALUES::contains).isPresent()) {
                byHand.add(step.tableOid());
            }
        } catch (SQLException e) {
            boolean rows =
                    e.getSQLState() != null && OF_ROWS.contains(e.getSQLState().substring(0, 2));
            if (!rows || work.awaitingCopy().isEmpty()) {
                throw e;
            }
            for (int oid : work.awaitingCopy()) {
                QualifiedName table = work.tables().get(oid);
                if (table != null && session.table(table).isPresent()) {
                    ApplySession.execute(connection, TableSql.empty(table));
                }
            }
            session.run(step, resumed);
        }
    }

    private static DdlEntry entry(
            DefinitionWork work,
            SchemaChange step,
            DdlEntry.Result result,
            List<String> statements,
            @Nullable String note) {
        return new DdlEntry(
                work.event().id(),
                work.lsn(),
                work.micros(),
                work.event().tag(),
                step.object(),
                work.event().query(),
                result,
                String.join(";\n", statements),
                note);
    }

    void remember(DefinitionRecord known) throws SQLException {
        records.save(known);
    }

    void hold(Batch.Hold hold) {
        quarantine.append(hold.source(), hold.messages());
    }

    void release(Batch.Release release) {
        quarantine.delete(release.source(), release.upToSeq());
    }
}
