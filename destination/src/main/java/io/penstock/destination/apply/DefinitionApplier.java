package io.penstock.destination.apply;

import io.penstock.core.change.Batch;
import io.penstock.core.change.DefinitionRecord;
import io.penstock.core.change.DefinitionWork;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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

    private final BaseConnection connection;
    private final String endpoint;
    private final StagingTables stages;
    private final ChangeSession session;
    private final DefinitionTables definitions;
    private final QuarantineTable quarantine;
    private final KnownDefinitions records;
    /** Tables of the work at hand that were there before. */
    private final Set<Integer> existing = new HashSet<>();

    DefinitionApplier(PgConnector connector, BaseConnection connection, String task, StagingTables stages) {
        this.connection = connection;
        this.endpoint = connector.describe();
        this.stages = stages;
        this.session = new ChangeSession(connector, connection);
        this.definitions = DefinitionTables.within(connection, endpoint, task);
        this.quarantine = QuarantineTable.within(connection, endpoint, task);
        this.records = new KnownDefinitions(connection, endpoint, task);
    }

    void define(DefinitionWork work) throws SQLException {
        // A type that a staging table uses could not be dropped.
        stages.drop();
        Map<Integer, Refusal> refusals = new LinkedHashMap<>();
        List<DdlEntry> history = new ArrayList<>();
        existing.clear();
        for (SchemaChange step : work.steps()) {
            SchemaChange todo = work.someHeld() && checksRows(step) ? checkedLater(step) : step;
            history.add(entry(work, todo, run(work, todo, refusals)));
        }
        definitions.append(history);
        // Prepared statements keep the types that their parameters had.
        ApplySession.execute(connection, "deallocate all");
        Map<Integer, DestinationTable> tables = new HashMap<>();
        for (Map.Entry<Integer, QualifiedName> wanted : work.tables().entrySet()) {
            Optional<DestinationTable> found = session.table(wanted.getValue());
            found.ifPresent(table -> tables.put(wanted.getKey(), table));
        }
        Map<Integer, DefinitionWork.Failure> failures = new HashMap<>();
        refusals.forEach((table, r) -> failures.put(table, new DefinitionWork.Failure(r.statements, r.why)));
        work.outcome().complete(new DefinitionWork.Outcome(tables, failures, Set.copyOf(existing)));
    }

    private static boolean checksRows(SchemaChange step) {
        return step.stage() == Stage.WHEN_CONSISTENT
                && step.statements().stream().allMatch(sql -> sql.contains(" VALIDATE CONSTRAINT "));
    }

    private static SchemaChange checkedLater(SchemaChange step) {
        return new SchemaChange(
                step.tableOid(),
                step.source(),
                step.kind(),
                step.object(),
                step.stage(),
                List.of(),
                false,
                step.ahead(),
                step.doneSql(),
                step.copy(),
                List.of("existing rows are checked when no changes are held any more"));
    }

    /** What the destination refused of one table, and all that had to wait for it. */
    private static final class Refusal {
        private final String why;
        private final List<String> statements = new ArrayList<>();

        private Refusal(String why) {
            this.why = why;
        }
    }

    /** Returns why the step was not done, null when it was. */
    private @Nullable String run(DefinitionWork work, SchemaChange step, Map<Integer, Refusal> refusals)
            throws SQLException {
        Refusal earlier = refusals.get(step.tableOid());
        if (earlier != null) {
            earlier.statements.addAll(step.statements());
            return earlier.why;
        }
        try {
            if (!step.statements().isEmpty()) {
                run(work, step);
                log.info("definition object=\"{}\"", step.object());
            }
            return null;
        } catch (SQLException e) {
            PenstockException refused = SqlErrors.wrap(e, "change " + step.object(), endpoint);
            switch (refused.kind().reaction()) {
                case RETRY_CONNECTION, RETRY_OTHER, STOP, FATAL -> throw refused;
                case ASK -> {
                    Refusal refusal = new Refusal(String.valueOf(refused.getMessage()));
                    refusal.statements.addAll(step.statements());
                    refusals.put(step.tableOid(), refusal);
                    return refusal.why;
                }
            }
            throw refused;
        }
    }

    /** Rows that are to be copied again are no reason to refuse anything. */
    private void run(DefinitionWork work, SchemaChange step) throws SQLException {
        try {
            boolean ran = session.run(step);
            boolean creates = step.kind().equals(Optional.of(DdlKind.CREATE_TABLE));
            if (!ran && creates && step.object().equals("table " + step.source())) {
                existing.add(step.tableOid());
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
            session.run(step);
        }
    }

    private static DdlEntry entry(DefinitionWork work, SchemaChange step, @Nullable String failure) {
        DdlEntry.Result result = failure != null
                ? DdlEntry.Result.FAILED
                : step.skipped() ? DdlEntry.Result.SKIPPED : DdlEntry.Result.DONE;
        String notes = String.join("; ", step.notes());
        return new DdlEntry(
                work.event().id(),
                work.lsn(),
                work.micros(),
                work.event().tag(),
                step.object(),
                work.event().query(),
                result,
                String.join(";\n", step.statements()),
                failure != null ? failure : notes.isEmpty() ? null : notes);
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
