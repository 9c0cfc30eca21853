package io.penstock.bench.contender;

import io.penstock.bench.database.Session;
import io.penstock.bench.process.ChildProgram;
import io.penstock.bench.stage.CapturedMessages;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.PGReplicationStream;

/** Reads a slot and throws everything away, either as soon as it comes or in gulps. */
public final class SlotReaderProgram {
    /** Long enough for the server to fill the socket, as Penstock's reader leaves it when it is behind. */
    private static final long LATE_MILLIS = 5;

    private static final int LATE_RECEIVE_BUFFER = 4 << 20;

    private SlotReaderProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        ChildProgram program = ChildProgram.begin(arguments);
        boolean late = program.argument("late").equals("true");
        long marker = Long.parseLong(program.argument("marker"));
        try (Connection connection = connect(program.argument("sourceJdbc"), late);
                PGReplicationStream stream = start(connection, program.argument("slot"))) {
            read(stream, marker, late);
            program.done();
            program.awaitExit();
            // Ending the stream in order would wait for the server.
            Runtime.getRuntime().halt(0);
        } catch (SQLException e) {
            throw Session.failed("read the slot", e);
        }
    }

    private static Connection connect(String url, boolean late) throws SQLException {
        Properties properties = new Properties();
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
        if (late) {
            PGProperty.RECEIVE_BUFFER_SIZE.set(properties, LATE_RECEIVE_BUFFER);
        }
        return DriverManager.getConnection(url, properties);
    }

    private static PGReplicationStream start(Connection connection, String slot) throws SQLException {
        return connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withAutomaticFlush(false)
                .withSlotName(slot)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", slot)
                .start();
    }

    /** Until the commit of the transaction that wrote the marker row. */
    private static void read(PGReplicationStream stream, long marker, boolean late)
            throws SQLException, InterruptedException {
        while (true) {
            ByteBuffer message = stream.readPending();
            if (message == null && late) {
                Thread.sleep(LATE_MILLIS);
            }
            if (message != null && message.array()[message.arrayOffset()] == 'C' && end(message) > marker) {
                return;
            }
        }
    }

    private static long end(ByteBuffer message) {
        byte[] bytes = message.array();
        return CapturedMessages.commitEnd(Arrays.copyOfRange(bytes, message.arrayOffset(), bytes.length));
    }
}
