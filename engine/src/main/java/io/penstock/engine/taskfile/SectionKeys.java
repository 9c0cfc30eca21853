package io.penstock.engine.taskfile;

import io.penstock.core.task.AlertsSpec;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.FullSpec;
import io.penstock.core.task.IncrementalSpec;
import io.penstock.core.task.Limit;
import io.penstock.core.task.Percent;
import io.penstock.core.task.RetrySpec;
import io.penstock.core.task.RunnerSpec;
import io.penstock.core.task.Secret;
import io.penstock.core.task.VerifyAfter;
import io.penstock.core.task.VerifySpec;
import io.penstock.core.task.WalSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The sections of the file that have keys of their own. */
final class SectionKeys {
    private static final long MB = 1L << 20;

    /** Enough for any server, and far from overflowing a long of bytes. */
    private static final long MAX_MB = 1L << 30;

    private static final long MAX_PER_SECOND = 1_000_000_000L;

    private SectionKeys() {}

    // ---- source, destination

    private static final Key<String> URL = Key.required(
            "url",
            Scalars.matching("postgres(?:ql)?://.*", "a libpq URI such as postgresql://user@host:5432/database")
                    .hidden(),
            "libpq URI with libpq's parameter names (sslmode, sslrootcert, ...); several hosts are allowed.");

    private static final Key<Secret> PASSWORD = Key.optional(
            "password",
            Scalars.secret("text in quotes, ${env:NAME} or ${file:/path}"),
            "Password, best as ${env:NAME} or ${file:/path}. Never logged, never part of an error.");

    private static final Key<DestinationKind> KIND = Key.of(
            "kind",
            Scalars.word(DestinationKind.values()),
            EndpointSpec.DEFAULT_KIND,
            "Family of the server; auto asks the server.");

    static final ObjectType<EndpointSpec> SOURCE = new ObjectType<>(
            List.of(URL, PASSWORD),
            fields -> new EndpointSpec(fields.get(URL), fields.find(PASSWORD), DestinationKind.AUTO));

    static final ObjectType<EndpointSpec> DESTINATION = new ObjectType<>(
            List.of(URL, PASSWORD, KIND),
            fields -> new EndpointSpec(fields.get(URL), fields.find(PASSWORD), fields.get(KIND)));

    // ---- full

    private static final Key<Integer> JOBS = Key.of(
            "jobs",
            Scalars.integer(1, 64),
            FullSpec.DEFAULT_JOBS,
            "Chunks copied at the same time, each with one connection to either end.");

    private static final Key<Long> CHUNK_MB = Key.of(
            "chunkMb",
            megabytes(1, 1 << 20),
            FullSpec.DEFAULT_CHUNK_BYTES,
            "Size of a chunk, the unit of resuming after a crash.");

    private static final Key<Limit> FULL_QUERIES =
            perSecond("queriesPerSecond", "Queries to the source during the full phase.", 1);
    private static final Key<Limit> FULL_ROWS = perSecond("rowsPerSecond", "Rows copied per second.", 1);
    private static final Key<Limit> FULL_BYTES = perSecond("mbPerSecond", "MB copied per second.", MB);

    static final ObjectType<FullSpec> FULL = new ObjectType<>(
            List.of(JOBS, CHUNK_MB, FULL_QUERIES, FULL_ROWS, FULL_BYTES),
            fields -> new FullSpec(
                    fields.get(JOBS),
                    fields.get(CHUNK_MB),
                    fields.get(FULL_QUERIES),
                    fields.get(FULL_ROWS),
                    fields.get(FULL_BYTES)));

    // ---- incremental

    private static final Key<Limit> ROWS = perSecond("rowsPerSecond", "Changes applied per second.", 1);
    private static final Key<Limit> BYTES = perSecond("mbPerSecond", "MB applied per second.", MB);

    private static final Key<Integer> LANES = Key.of(
            "lanes", Scalars.integer(1, 64), IncrementalSpec.DEFAULT_LANES, "Appliers side by side, each in order.");

    private static final Key<Integer> MAX_BATCH_ROWS = Key.of(
            "maxBatchRows",
            Scalars.integer(1, 10_000_000),
            IncrementalSpec.DEFAULT_MAX_BATCH_ROWS,
            "Changes in one batch at most.");

    private static final Key<Long> MAX_BATCH_MB = Key.of(
            "maxBatchMb", megabytes(1, 4096), IncrementalSpec.DEFAULT_MAX_BATCH_BYTES, "MB in one batch at most.");

    private static final Key<Duration> MAX_LAG_OF_BATCH = Key.of(
            "maxLagOfBatch",
            Scalars.duration(Duration.ofMillis(1), Duration.ofHours(1)),
            IncrementalSpec.DEFAULT_MAX_LAG_OF_BATCH,
            "How long a change may wait for its batch to fill. No change waits now: a batch is applied as soon as the one before"
                    + " is, however full it is.");

    private static final Key<Boolean> CATCH_UP = Key.of(
            "catchUp",
            Scalars.onOff(),
            IncrementalSpec.DEFAULT_CATCH_UP,
            "Whether a large backlog may be read by the catch-up reader.");

    static final ObjectType<IncrementalSpec> INCREMENTAL = new ObjectType<>(
            List.of(ROWS, BYTES, LANES, MAX_BATCH_ROWS, MAX_BATCH_MB, MAX_LAG_OF_BATCH, CATCH_UP),
            fields -> new IncrementalSpec(
                    fields.get(ROWS),
                    fields.get(BYTES),
                    fields.get(LANES),
                    fields.get(MAX_BATCH_ROWS),
                    fields.get(MAX_BATCH_MB),
                    fields.get(MAX_LAG_OF_BATCH),
                    fields.get(CATCH_UP)));

    // ---- retry

    private static final Key<Duration> CONNECTION = Key.of(
            "connection",
            Scalars.duration(Duration.ofMinutes(10), Duration.ofDays(1)),
            RetrySpec.DEFAULT_CONNECTION,
            "How long to try again after a lost connection, 10m to 1440m; longer than other.");

    private static final Key<Duration> OTHER = Key.of(
            "other",
            Scalars.duration(Duration.ofMinutes(1), Duration.ofDays(1)),
            RetrySpec.DEFAULT_OTHER,
            "How long to try again after any other failure that may pass, 1m to 1440m.");

    static final ObjectType<RetrySpec> RETRY = new ObjectType<>(List.of(CONNECTION, OTHER), SectionKeys::retry);

    private static RetrySpec retry(Fields fields) {
        RetrySpec retry = new RetrySpec(fields.get(CONNECTION), fields.get(OTHER));
        if (retry.other().compareTo(retry.connection()) >= 0) {
            throw new IllegalArgumentException("other (" + Scalars.writtenDuration(retry.other())
                    + ") must be shorter than connection (" + Scalars.writtenDuration(retry.connection()) + ")");
        }
        return retry;
    }

    // ---- wal

    private static final Key<Limit> WARN_RETAINED = Key.of(
            "warnRetainedMb",
            Scalars.limit(MB, MAX_MB),
            WalSpec.DEFAULT_WARN_RETAINED_BYTES,
            "A warning when the slot makes the source keep more WAL than this.");

    private static final Key<Limit> MAX_RETAINED = Key.of(
            "maxRetainedMb",
            Scalars.limit(MB, MAX_MB),
            WalSpec.DEFAULT_MAX_RETAINED_BYTES,
            "Beyond it the task gives up its slot, to save the source's disk.");

    static final ObjectType<WalSpec> WAL = new ObjectType<>(
            List.of(WARN_RETAINED, MAX_RETAINED),
            fields -> new WalSpec(fields.get(WARN_RETAINED), fields.get(MAX_RETAINED)));

    // ---- verify

    private static final Key<VerifyAfter> AFTER = Key.of(
            "after", Scalars.word(VerifyAfter.values()), VerifySpec.DEFAULT_AFTER, "Compare once after this phase.");

    private static final Key<Optional<Duration>> EVERY = Key.of(
            "every",
            Scalars.durationOrNever(Duration.ofMinutes(1), Duration.ofHours(8784)),
            VerifySpec.DEFAULT_EVERY,
            "Compare at this interval, or never.");

    private static final Key<Percent> SAMPLE =
            Key.of("sample", Scalars.percent(), VerifySpec.DEFAULT_SAMPLE, "Share of the rows compared.");

    static final ObjectType<VerifySpec> VERIFY = new ObjectType<>(
            List.of(AFTER, EVERY, SAMPLE),
            fields -> new VerifySpec(fields.get(AFTER), fields.get(EVERY), fields.get(SAMPLE)));

    // ---- alerts

    private static final Key<Integer> LAG_SECONDS = Key.of(
            "lagSeconds",
            Scalars.integer(1, 604_800),
            (int) AlertsSpec.DEFAULT_LAG.toSeconds(),
            "An alert when the lag exceeds this.");

    private static final Key<Optional<Secret>> WEBHOOK = Key.of(
            "webhook",
            new NullableType<>(Scalars.secret("the http or https address to post to, or null")
                    .as(SectionKeys::httpAddress, secret -> secret)),
            Optional.empty(),
            "Address to post alerts to, or null.");

    private static final Key<List<String>> MAIL = Key.of(
            "mail",
            new ListType<>(Scalars.matching("[^@\\s]+@[^@\\s]+", "a mail address"), "mail addresses", 0),
            List.of(),
            "Addresses to mail alerts to.");

    static final ObjectType<AlertsSpec> ALERTS = new ObjectType<>(
            List.of(LAG_SECONDS, WEBHOOK, MAIL),
            fields ->
                    new AlertsSpec(Duration.ofSeconds(fields.get(LAG_SECONDS)), fields.get(WEBHOOK), fields.get(MAIL)));

    private static Secret httpAddress(Secret address) {
        if (!address.value().matches("https?://\\S+")) {
            throw new IllegalArgumentException("must be an http or https address (not shown)");
        }
        return address;
    }

    // ---- runner

    private static final Key<String> JOB_MANAGER = Key.required(
            "jobManager",
            Scalars.matching("https?://\\S+", "the address of the job manager such as http://host:8081"),
            "REST address of the Flink job manager.");

    private static final Key<Integer> PARALLELISM =
            Key.of("parallelism", Scalars.integer(1, 1024), RunnerSpec.Flink.DEFAULT_PARALLELISM, "Task slots to use.");

    private static final Key<RunnerSpec> FLINK = Key.required(
            "flink",
            new ObjectType<>(
                    List.of(JOB_MANAGER, PARALLELISM),
                    fields -> new RunnerSpec.Flink(fields.get(JOB_MANAGER), fields.get(PARALLELISM))),
            "Run on an Apache Flink cluster.");

    static final ValueType<RunnerSpec> RUNNER = new EitherType<>(
            Scalars.words(List.of(RunnerSpec.DEFAULT), runner -> "local"),
            new ObjectType<>(List.of(FLINK), fields -> fields.get(FLINK)));

    // ---- shared

    private static Key<Limit> perSecond(String name, String description, long unit) {
        return Key.of(name, Scalars.limit(unit, MAX_PER_SECOND), Limit.UNLIMITED, description);
    }

    private static ValueType<Long> megabytes(int min, int max) {
        return Scalars.integer(min, max).as(mb -> mb * MB, bytes -> (int) (bytes / MB));
    }
}
