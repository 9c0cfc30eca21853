package io.penstock.source.stream;

import io.penstock.core.lsn.Lsn;
import io.penstock.core.stream.ChangeStream;
import io.penstock.core.stream.MessageConsumer;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slot read in the way that suits the lag: far behind in rounds through SQL ({@link SlotRound}), which costs the source less CPU
 * (PERFORMANCE.md), otherwise through the replication protocol. Messages, their order and what may be confirmed are the same in
 * both, so nobody else notices.
 *
 * <p>A round begins at the slot's confirmed position, and the slot is moved to the round's end only when all of it is durable; then
 * the next one begins. Transactions that come again after a change of way are dropped by the consumer, which compares positions.
 *
 * <p>One thread.
 */
public final class CatchUpStream implements ChangeStream {
    private static final Logger log = LoggerFactory.getLogger(CatchUpStream.class);

    private static final long LARGEST_ROUND_MESSAGES = 2_000_000;
    private static final Duration LAG_CHECK = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(1);
    /** After its connection is cut, the walsender gives the slot up within moments. */
    private static final int SLOT_TRIES = 200;

    private static final Duration SLOT_PAUSE = Duration.ofMillis(50);
    private static final String OBJECT_IN_USE = "55006";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    /** What the server answers when a session's temporary files grow beyond temp_file_limit. */
    private static final String LIMIT_EXCEEDED = "53400";

    private final PgConnector connector;
    private final SlotQuery query;
    private final Writer writer;
    private final CatchUpLimits limits;
    private final PgoutputDecoder decoder = new PgoutputDecoder();
    private final BaseConnection control;

    private @Nullable ReplicationStream live;
    private @Nullable SlotRound round;
    private long roundMessages;
    private SlotRound.Bounds bounds = new SlotRound.Bounds(0, 0, true);
    /** Only the stream is used: the role may not limit temporary files, or a round was too large. */
    private boolean streamOnly;

    private long received;
    private long nextLagCheck = System.nanoTime() + LAG_CHECK.toNanos();

    /**
     * The other end of the pipeline.
     *
     * @param applied the position that may be confirmed at any time
     * @param starved whether it mostly waits for changes
     */
    public record Writer(LongSupplier applied, BooleanSupplier starved) {}

    private CatchUpStream(PgConnector connector, SlotQuery query, Writer writer, CatchUpLimits limits) {
        this.connector = connector;
        this.query = query;
        this.writer = writer;
        this.limits = limits;
        this.roundMessages = limits.firstRoundMessages();
        this.received = writer.applied().getAsLong();
        this.control = connector.open(
                SessionSettings.source().with("work_mem", Long.toString(Math.max(64, limits.roundBytes() >> 10))));
    }

    /**
     * Starts reading at the applied position.
     *
     * @param limits when rounds are used, and how large they are
     */
    public static CatchUpStream start(PgConnector connector, SlotQuery query, Writer writer, CatchUpLimits limits) {
        CatchUpStream stream = new CatchUpStream(connector, query, writer, limits);
        try {
            stream.streamOnly = !stream.limitTemporaryFiles();
            if (!stream.streamOnly && stream.roundsPay()) {
                stream.beginRound();
            } else {
                stream.goLive();
            }
            return stream;
        } catch (RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    @Override
    public boolean next(MessageConsumer consumer) {
        ReplicationStream streaming = live;
        if (streaming != null) {
            return nextLive(streaming, consumer);
        }
        SlotRound current = round;
        if (current == null) {
            return false;
        }
        if (current.next(consumer)) {
            received = Lsn.max(received, current.end());
            return true;
        }
        received = Lsn.max(received, end(current));
        finishRound(current);
        return false;
    }

    /** Behind a round that came to its bound in the log, everything before that is read, though it may hold nothing for us. */
    private long end(SlotRound done) {
        boolean bounded = done.messages() < bounds.messages() && !bounds.whole();
        return bounded ? Lsn.max(done.end(), bounds.upTo()) : done.end();
    }

    private boolean nextLive(ReplicationStream streaming, MessageConsumer consumer) {
        boolean got = streaming.next(consumer);
        boolean due = got && !streamOnly && streaming.betweenTransactions() && System.nanoTime() - nextLagCheck >= 0;
        if (due) {
            nextLagCheck = System.nanoTime() + LAG_CHECK.toNanos();
            if (roundsPay()) {
                received = Lsn.max(received, streaming.receivedLsn());
                live = null;
                streaming.close();
                beginRound();
            }
        }
        return got;
    }

    /** The round is read; what follows waits until all of it is durable. */
    private void finishRound(SlotRound done) {
        long end = end(done);
        if (end != 0 && Long.compareUnsigned(writer.applied().getAsLong(), end) < 0) {
            LockSupport.parkNanos(POLL.toNanos());
            return;
        }
        log.debug("round messages={} bytes={} end={}", done.messages(), done.bytes(), Lsn.format(end));
        round = null;
        streamOnly = done.bytes() > limits.giantBytes();
        if (done.messages() > 0) {
            long perMessage = Math.max(1, done.bytes() / done.messages());
            roundMessages = Math.min(LARGEST_ROUND_MESSAGES, Math.max(1, limits.roundBytes() / perMessage));
        }
        if (end != 0) {
            advance(end);
        }
        boolean atTheEnd = bounds.whole() && done.messages() < bounds.messages();
        if (atTheEnd || streamOnly || !roundsPay()) {
            goLive();
        } else {
            beginRound();
        }
    }

    /** A round that outgrows its room at the source is given up before anything of it was handed over; the stream needs no room. */
    private void beginRound() {
        try {
            bounds = retryWhileInUse(this::nextBounds);
            round = retryWhileInUse(() -> SlotRound.begin(control, query, bounds, decoder));
        } catch (SQLException e) {
            if (!LIMIT_EXCEEDED.equals(e.getSQLState())) {
                throw SqlErrors.wrap(e, "read slot " + query.slot() + " in rounds", query.endpoint());
            }
            log.info("a transaction is too large for a round, the stream takes over slot={}", query.slot());
            streamOnly = true;
            goLive();
        }
    }

    private SlotRound.Bounds nextBounds() throws SQLException {
        Place place = place();
        long most = place.confirmed() + limits.roundLog();
        boolean whole = Long.compareUnsigned(place.flushed(), most) <= 0;
        return new SlotRound.Bounds(roundMessages, whole ? place.flushed() : most, whole);
    }

    /**
     * Positions of the slot and of the log.
     *
     * @param restart where decoding begins: before the oldest transaction that was open at the confirmed position
     */
    private record Place(long confirmed, long restart, long flushed) {}

    private Place place() throws SQLException {
        String sql =
                "select coalesce(confirmed_flush_lsn, '0/0'), coalesce(restart_lsn, '0/0'), pg_current_wal_flush_lsn()"
                        + " from pg_replication_slots where slot_name = '" + query.slot() + "'";
        try (Statement statement = control.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                // Whoever reads it next says what that means.
                return new Place(0, 0, 0);
            }
            return new Place(
                    Lsn.parse(row.getString(1)).value(),
                    Lsn.parse(row.getString(2)).value(),
                    Lsn.parse(row.getString(3)).value());
        }
    }

    /**
     * The server keeps a round in temporary files; without a limit a giant transaction could fill its disk.
     *
     * @return false when the role may not set the limit; then rounds are not used
     */
    private boolean limitTemporaryFiles() {
        long kilobytes = Math.max(64, limits.giantBytes() >> 10);
        String current = "select setting::bigint between 0 and " + kilobytes
                + " from pg_settings where name = 'temp_file_limit'";
        try (Statement statement = control.createStatement()) {
            try (ResultSet row = statement.executeQuery(current)) {
                if (row.next() && row.getBoolean(1)) {
                    return true;
                }
            }
            statement.execute("set temp_file_limit = " + kilobytes);
            return true;
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                log.info(
                        "the role may not set temp_file_limit, so backlogs are read from the stream alone slot={}",
                        query.slot());
                return false;
            }
            throw SqlErrors.wrap(e, "limit temporary files", query.endpoint());
        }
    }

    private void goLive() {
        long from = writer.applied().getAsLong();
        log.debug("streaming from={}", Lsn.format(from));
        nextLagCheck = System.nanoTime() + LAG_CHECK.toNanos();
        live = ReplicationStream.start(connector, query, from);
    }

    /**
     * Whether there is enough to read, and little to decode again. What is read and not applied yet, such as a giant transaction, does not
     * count: it would have to be decoded again.
     */
    private boolean roundsPay() {
        if (limits.starvedOnly() && !writer.starved().getAsBoolean()) {
            return false;
        }
        try {
            Place place = place();
            long behind =
                    place.flushed() - Lsn.max(receivedLsn(), writer.applied().getAsLong());
            return behind > limits.farBehindBytes() && place.confirmed() - place.restart() <= limits.mostDecodedAgain();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "measure the lag", query.endpoint());
        }
    }

    private void advance(long to) {
        String sql = "select pg_replication_slot_advance('" + query.slot() + "', '" + Lsn.format(to) + "')";
        try {
            retryWhileInUse(() -> {
                try (Statement statement = control.createStatement()) {
                    return statement.execute(sql);
                }
            });
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "advance slot " + query.slot(), query.endpoint());
        }
    }

    /** Work on the slot that fails while somebody still holds it. */
    private interface SlotWork<T> {
        T run() throws SQLException;
    }

    private static <T> T retryWhileInUse(SlotWork<T> work) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                return work.run();
            } catch (SQLException e) {
                if (!OBJECT_IN_USE.equals(e.getSQLState()) || tries == SLOT_TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(SLOT_PAUSE.toNanos());
            }
        }
    }

    @Override
    public long receivedLsn() {
        ReplicationStream streaming = live;
        return streaming == null ? received : Lsn.max(received, streaming.receivedLsn());
    }

    /** Between rounds the slot moves by itself; inside one there is nothing to answer. */
    @Override
    public void confirm(long lsn) {
        ReplicationStream streaming = live;
        if (streaming != null) {
            streaming.confirm(lsn);
        }
    }

    @Override
    public void close() {
        ReplicationStream streaming = live;
        live = null;
        if (streaming != null) {
            streaming.close();
        }
        ReplicationStream.abort(control);
    }
}
