package io.penstock.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.Wiring;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.source.stream.CatchUpLimits;
import io.penstock.testkit.DatabaseServer;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.TableComparison;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A source database, a destination database and a task between them. Closing it releases the task. */
public final class SyncBed implements AutoCloseable {
    private final EmbeddedServer source;
    private final DatabaseServer destination;
    private final String sourceDb;
    private final String destinationDb;
    private TaskSpec spec;
    private CatchUpLimits catchUp = CatchUpLimits.DEFAULT;
    private boolean alwaysBySlot;

    public SyncBed(EmbeddedServer source, DatabaseServer destination) throws SQLException {
        this.source = source;
        this.destination = destination;
        this.sourceDb = source.newDatabase("src");
        this.destinationDb = destination.newDatabase("dst");
        this.spec = TaskSpec.of(
                sourceDb.replace('_', '-'), endpoint(source.url(sourceDb)), endpoint(destination.url(destinationDb)));
    }

    private static EndpointSpec endpoint(String url) {
        return new EndpointSpec(url, Optional.empty(), DestinationKind.AUTO);
    }

    /** Reads backlogs in rounds from much less on than a real task does. */
    public SyncBed catchingUp(CatchUpLimits limits) {
        catchUp = limits;
        return this;
    }

    /** Takes the source's snapshots by temporary slots, as servers with commit sequence numbers need it. */
    public SyncBed bySlot() {
        alwaysBySlot = true;
        return this;
    }

    public SyncBed with(UnaryOperator<TaskSpec> change) {
        spec = change.apply(spec);
        return this;
    }

    public TaskSpec spec() {
        return spec;
    }

    public void source(String... statements) throws SQLException {
        source.execute(sourceDb, statements);
    }

    public void destination(String... statements) throws SQLException {
        destination.execute(destinationDb, statements);
    }

    public Connection connectSource() throws SQLException {
        return source.connect(sourceDb);
    }

    public Connection connectDestination() throws SQLException {
        return destination.connect(destinationDb);
    }

    /** Returns once the query answers true at the source; fails after a minute. */
    public void awaitAtSource(String condition) throws SQLException {
        try (Connection connection = connectSource()) {
            await(connection, condition);
        }
    }

    /** The same at the destination. */
    public void awaitAtDestination(String condition) throws SQLException {
        try (Connection connection = connectDestination()) {
            await(connection, condition);
        }
    }

    private static void await(Connection connection, String condition) throws SQLException {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!"t".equals(one(connection, condition))) {
            assertThat(System.nanoTime()).as("waited for: %s", condition).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** Runs until everything committed so far is applied. */
    public void sync() {
        run(FaultPoints.NONE);
    }

    public void run(FaultPoints faults) {
        task(new TaskRun.Options(Until.CAUGHT_UP, faults)).run();
    }

    public TaskRun task(TaskRun.Options options) {
        return wiring(options.faults()).run(options);
    }

    public Wiring wiring(FaultPoints faults) {
        Wiring wiring = new Wiring(spec, faults, catchUp);
        return alwaysBySlot ? wiring.alwaysBySlot() : wiring;
    }

    public Running start() {
        return start(TaskRun.Options.DEFAULT);
    }

    public Running start(TaskRun.Options options) {
        return new Running(task(options));
    }

    public EmbeddedServer sourceServer() {
        return source;
    }

    public String sourceDatabase() {
        return sourceDb;
    }

    public DatabaseServer destinationServer() {
        return destination;
    }

    public String destinationDatabase() {
        return destinationDb;
    }

    /** A run in the background. */
    public static final class Running {
        private final TaskRun run;
        private final Thread thread;
        private volatile @Nullable Throwable failure;

        private Running(TaskRun run) {
            this.run = run;
            this.thread = new Thread(
                    () -> {
                        try {
                            run.run();
                        } catch (PenstockException | Error e) {
                            failure = e;
                        }
                    },
                    "task-run");
            thread.start();
        }

        public TaskRun run() {
            return run;
        }

        public void stop() throws InterruptedException {
            run.stop();
            thread.join();
            if (failure != null) {
                throw new AssertionError("the run failed", failure);
            }
        }

        public @Nullable Throwable awaitFailure() throws InterruptedException {
            thread.join(120_000);
            assertThat(thread.isAlive()).as("the run still goes on").isFalse();
            return failure;
        }
    }

    /** Every table of the source's user schemas must hold the same rows at the destination. */
    public void assertEqual() throws SQLException {
        try (Connection from = connectSource();
                Connection to = connectDestination()) {
            for (String table : tables(from)) {
                assertThat(TableComparison.differences(from, table, to, table))
                        .as("differences of %s", table)
                        .isEmpty();
            }
        }
    }

    /** Tables that hold rows, as they are written in SQL. */
    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                         where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'penstock')
                           and n.nspname not like 'pg\\_%' order by 1, 2""")) {
            while (rows.next()) {
                tables.add(new QualifiedName(rows.getString(1), rows.getString(2)).toString());
            }
        }
        return tables;
    }

    /** The first column of the first row, as text. */
    public static @Nullable String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    public @Nullable String atDestination(String sql) throws SQLException {
        try (Connection connection = connectDestination()) {
            return one(connection, sql);
        }
    }

    /** Whether the destination has a relation of that name, quoted where needed. */
    public boolean destinationHas(String relation) throws SQLException {
        return "t".equals(atDestination("select to_regclass('" + relation + "') is not null"));
    }

    /** Whether a condition on the task's record holds; false while there is none: a task that fails early removes it. */
    public boolean recorded(String condition) throws SQLException {
        try {
            return "t".equals(atDestination("select exists (select from penstock.progress where " + condition + ")"));
        } catch (SQLException e) {
            boolean absent = "42P01".equals(e.getSQLState()) || "3F000".equals(e.getSQLState());
            if (absent) {
                return false;
            }
            throw e;
        }
    }

    public @Nullable String atSource(String sql) throws SQLException {
        try (Connection connection = connectSource()) {
            return one(connection, sql);
        }
    }

    /** Starts a run that was made elsewhere. */
    static Running startInBackground(TaskRun run) {
        return new Running(run);
    }

    @Override
    public void close() {
        Wiring wiring = new Wiring(spec, FaultPoints.NONE);
        try (SlotControl slot = wiring.source().slot();
                SourceSetup setup = wiring.source().setup();
                ProgressStore progress = wiring.destination().progress()) {
            slot.drop();
            assertThat(setup.release()).isEmpty();
            progress.release();
        }
    }

    /** Removes the databases too, from a server that outlives the tests. */
    public void drop() throws SQLException {
        close();
        destination.dropDatabase(destinationDb);
    }
}
