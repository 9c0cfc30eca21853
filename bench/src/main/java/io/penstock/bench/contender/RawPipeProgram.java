package io.penstock.bench.contender;

import io.penstock.bench.database.Session;
import io.penstock.bench.process.ChildProgram;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * What the driver can do at best: COPY out of one server, COPY into the other, one table at a time per job, largest first; then keys
 * and indexes. No snapshot in common, no bookkeeping.
 */
public final class RawPipeProgram {
    private RawPipeProgram() {}

    public static void main(String[] arguments) {
        ChildProgram program = ChildProgram.begin(arguments);
        String source = program.argument("sourceJdbc");
        String destination = program.argument("destinationJdbc");
        int jobs = program.number("jobs");
        Queue<String> tables = new ArrayDeque<>();
        try (Session session = Session.open(source)) {
            session.rows("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
                            + " order by pg_table_size(oid) desc")
                    .forEach(row -> tables.add(row.get(0)));
        }
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
            workers.add(CompletableFuture.runAsync(
                    () -> copyTables(source, destination, tables), work -> new Thread(work, "bench-copy").start()));
        }
        workers.forEach(CompletableFuture::join);
        KeyBuilder.build(destination, List.of(program.argument("keys").split(";")), jobs);
        program.done();
        program.awaitExit();
    }

    private static void copyTables(String source, String destination, Queue<String> tables) {
        try (Session from = Session.open(source);
                Session to = Session.open(destination)) {
            for (String table = next(tables); table != null; table = next(tables)) {
                copy(from, to, table);
            }
        }
    }

    private static @Nullable String next(Queue<String> tables) {
        synchronized (tables) {
            return tables.poll();
        }
    }

    private static void copy(Session from, Session to, String table) {
        try {
            CopyOut out = from.connection()
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("copy " + table + " to stdout (format binary)");
            CopyIn in = to.connection()
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy " + table + " from stdin (format binary)");
            for (byte[] data = out.readFromCopy(); data != null; data = out.readFromCopy()) {
                in.writeToCopy(data, 0, data.length);
            }
            in.endCopy();
        } catch (SQLException e) {
            throw Session.failed("copy " + table, e);
        }
    }
}
