package io.penstock.destination.progress;

import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.QuarantineStore;
import io.penstock.core.progress.Held;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/** {@code penstock.quarantine}. Statements keep to what Greenplum 6 (PostgreSQL 9.4) understands. One thread. */
public final class QuarantineTable implements QuarantineStore {
    /** Signature, flags and length of the extension, as the documentation of COPY has them under "Binary Format". */
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final int COLUMNS = 7;

    /** All that is read at once is in memory; one message more may be. */
    private static final long PIECE_BYTES = 16 << 20;

    private final StoreSession session;
    private final String task;

    private QuarantineTable(StoreSession session, String task) {
        this.session = session;
        this.task = task;
    }

    /** With a session of its own. */
    public static QuarantineTable open(PgConnector connector, String task) {
        return new QuarantineTable(
                new StoreSession(connector.open(SessionSettings.destination()), connector.describe(), true), task);
    }

    /** As part of whatever transaction is open. */
    public static QuarantineTable within(Connection connection, String endpoint, String task) {
        return new QuarantineTable(new StoreSession(connection, endpoint, false), task);
    }

    @Override
    public void append(QualifiedName source, List<Held> messages) {
        if (messages.isEmpty()) {
            return;
        }
        session.run("hold changes of " + source, c -> {
            String sql =
                    "copy penstock.quarantine (task, source, seq, lsn, xid, kind, message) from stdin with (format binary)";
            try {
                return c.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn(sql, new ByteArrayInputStream(encode(source, messages)));
            } catch (IOException e) {
                throw new SQLException("the copy broke off", "08006", e);
            }
        });
    }

    private byte[] encode(QualifiedName source, List<Held> messages) throws IOException {
        byte[] taskText = task.getBytes(StandardCharsets.UTF_8);
        byte[] sourceText = source.toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(HEADER);
        for (Held held : messages) {
            out.writeShort(COLUMNS);
            write(out, taskText);
            write(out, sourceText);
            write(out, held.seq());
            write(out, held.lsn());
            write(out, held.xid());
            write(out, held.kind().getBytes(StandardCharsets.UTF_8));
            write(out, held.message());
        }
        out.writeShort(-1);
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    private static void write(DataOutputStream out, long value) throws IOException {
        out.writeInt(Long.BYTES);
        out.writeLong(value);
    }

    @Override
    public List<Held> read(QualifiedName source, long afterSeq, int limit) {
        String sql = """
                select seq, lsn::text, xid, kind, message
                  from (select *, sum(length(message)) over (order by seq) - length(message) as before
                          from (select * from penstock.quarantine
                                 where task = ? and source = ? and seq > ? order by seq limit ?) few) summed
                 where before < ? order by seq""";
        return session.run("read the held changes of " + source, c -> {
            List<Held> messages = new ArrayList<>();
            try (PreparedStatement query = c.prepareStatement(sql)) {
                query.setString(1, task);
                query.setString(2, source.toString());
                query.setLong(3, afterSeq);
                query.setInt(4, limit);
                query.setLong(5, PIECE_BYTES);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        messages.add(new Held(
                                row.getLong(1),
                                Lsn.parse(row.getString(2)).value(),
                                row.getLong(3),
                                row.getString(4),
                                row.getBytes(5)));
                    }
                }
            }
            return messages;
        });
    }

    @Override
    public void delete(QualifiedName source, long upToSeq) {
        session.run("remove held changes of " + source, c -> {
            String sql = "delete from penstock.quarantine where task = ? and source = ? and seq <= ?";
            try (PreparedStatement delete = c.prepareStatement(sql)) {
                delete.setString(1, task);
                delete.setString(2, source.toString());
                delete.setLong(3, upToSeq);
                return delete.executeUpdate();
            }
        });
    }

    @Override
    public long lastSeq(QualifiedName source) {
        return session.run("read the held changes of " + source, c -> {
            String sql = "select coalesce(max(seq), 0) from penstock.quarantine where task = ? and source = ?";
            try (PreparedStatement query = c.prepareStatement(sql)) {
                query.setString(1, task);
                query.setString(2, source.toString());
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    @Override
    public boolean holds(QualifiedName source, String kind) {
        return session.run("read the held changes of " + source, c -> {
            String sql = "select exists (select 1 from penstock.quarantine where task = ? and source = ? and kind = ?)";
            try (PreparedStatement query = c.prepareStatement(sql)) {
                query.setString(1, task);
                query.setString(2, source.toString());
                query.setString(3, kind);
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    return row.getBoolean(1);
                }
            }
        });
    }

    @Override
    public void close() {
        session.close();
    }
}
