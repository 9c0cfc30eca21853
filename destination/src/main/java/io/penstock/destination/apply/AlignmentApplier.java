package io.penstock.destination.apply;

import io.penstock.core.change.Alignment;
import io.penstock.core.error.PenstockException;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.schema.SchemaChange;
import io.penstock.destination.progress.DefinitionTables;
import io.penstock.destination.schema.ChangeSession;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes definitions at the destination apart from the stream, through a session of its own. Thread-safe. */
public record AlignmentApplier(PgConnector connector, String task) {
    private static final Logger log = LoggerFactory.getLogger(AlignmentApplier.class);

    /** See {@link io.penstock.core.port.DestinationSessions#align}. */
    public void apply(Alignment alignment) {
        try (Connection connection = connector.open(SessionSettings.destination())) {
            connection.setAutoCommit(false);
            ChangeSession session = new ChangeSession(connector, connection);
            DefinitionTables definitions = DefinitionTables.within(connection, connector.describe(), task);
            for (SchemaChange step : alignment.steps()) {
                run(session, step);
            }
            definitions.append(alignment.steps().stream()
                    .map(step -> entry(step, alignment.lsn()))
                    .toList());
            new KnownDefinitions(connection, connector.describe(), task).save(alignment.known());
            definitions.save(alignment.aligned());
            connection.commit();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "bring the definitions forward", connector.describe());
        }
    }

    private void run(ChangeSession session, SchemaChange step) {
        try {
            if (!step.statements().isEmpty()) {
                session.run(step);
                log.info("definition object=\"{}\"", step.object());
            }
        } catch (SQLException e) {
            PenstockException refused = SqlErrors.wrap(e, "change " + step.object(), connector.describe());
            throw new PenstockException(
                    refused.kind(),
                    refused.getMessage() + " The source has changed it before its copy. The statement was: "
                            + String.join("; ", step.statements()),
                    refused);
        }
    }

    private static DdlEntry entry(SchemaChange step, long lsn) {
        String notes = String.join("; ", step.notes());
        return new DdlEntry(
                0,
                lsn,
                ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()),
                "CATALOG",
                step.object(),
                "(read from the source's catalog before a copy)",
                step.skipped() ? DdlEntry.Result.SKIPPED : DdlEntry.Result.DONE,
                String.join(";\n", step.statements()),
                notes.isEmpty() ? null : notes);
    }
}
