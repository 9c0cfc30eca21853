package io.penstock.source.stream;

import io.penstock.core.lsn.Lsn;
import io.penstock.core.stream.ChangeStream;
import io.penstock.core.stream.MessageConsumer;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import java.sql.PreparedStatement;
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
 * The slot read in the way that suits the lag: far behind in rounds through SQL ({@link SlotRound}), which costs the source a third to
 * a quarter of the CPU, otherwise through the replication protocol. Messages, their order and what may be confirmed are the same in
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
    private final SlotRound.SlotQuery query;
    private final Writer writer;
    private final CatchUpLimits limits;
    private final PgoutputDecoder decoder = new PgoutputDecoder();
    private final BaseConnection control;

    private @Nullable ReplicationStream live;
    private @Nullable SlotRound round;
    private long roundMessages;
    private long wanted;
    /** Only the stream is used from now on: a round was too large. */
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

    private CatchUpStream(PgConnector connector, SlotRound.SlotQuery query, Writer writer, CatchUpLimits limits) {
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
    public static CatchUpStream start(
            PgConnector connector, String slot, String publications, Writer writer, CatchUpLimits limits) {
        CatchUpStream stream = new CatchUpStream(
                connector, new SlotRound.SlotQuery(slot, publications, connector.describe()), writer, limits);
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
        finishRound(current);
        return false;
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
        if (done.end() != 0 && Long.compareUnsigned(writer.applied().getAsLong(), done.end()) < 0) {
            LockSupport.parkNanos(POLL.toNanos());
            return;
        }
        log.debug("round messages={} bytes={} end={}", done.messages(), done.bytes(), Lsn.format(done.end()));
        round = null;
        boolean atTheEnd = done.messages() < wanted;
        streamOnly = done.bytes() > limits.giantBytes();
        if (done.messages() > 0) {
            long perMessage = Math.max(1, done.bytes() / done.messages());
            roundMessages = Math.min(LARGEST_ROUND_MESSAGES, Math.max(1, limits.roundBytes() / perMessage));
        }
        if (done.end() != 0) {
            advance(done.end());
        }
        if (atTheEnd || streamOnly || !roundsPay()) {
            goLive();
        } else {
            beginRound();
        }
    }

    /** A round that outgrows its room at the source is given up before anything of it was handed over; the stream needs no room. */
    private void beginRound() {
        wanted = roundMessages;
        try {
            round = retryWhileInUse(() -> SlotRound.begin(control, query, wanted, decoder));
        } catch (SQLException e) {
            if (!LIMIT_EXCEEDED.equals(e.getSQLState())) {
                throw SqlErrors.wrap(e, "read slot " + query.slot() + " in rounds", query.endpoint());
            }
            log.info("a transaction is too large for a round, the stream takes over slot={}", query.slot());
            streamOnly = true;
            goLive();
        }
    }

    /**
     * The server keeps a round in temporary files; without a limit a giant transaction could fill its disk.
     *
     * @return false when the role may not set the limit; then rounds are not used
     */
    private boolean limitTemporaryFiles() {
        try (Statement statement = control.createStatement()) {
            statement.execute("set temp_file_limit = " + Math.max(64, limits.giantBytes() >> 10));
            return true;
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                log.debug(
                        "the role may not set temp_file_limit, so backlogs are read from the stream slot={}",
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
        live = ReplicationStream.start(
                connector.openReplication(
                        SessionSettings.source().withReceiveBuffer(ReplicationStream.RECEIVE_BUFFER_BYTES)),
                query.slot(),
                query.publications(),
                from,
                query.endpoint());
    }

    private boolean roundsPay() {
        return (!limits.starvedOnly() || writer.starved().getAsBoolean()) && farBehind();
    }

    /** Behind with reading: what is read and not applied yet, such as a giant transaction, would have to be decoded again. */
    private boolean farBehind() {
        String sql = "select pg_wal_lsn_diff(pg_current_wal_flush_lsn(), ?::pg_lsn)";
        try (PreparedStatement lag = control.prepareStatement(sql)) {
            lag.setString(1, Lsn.format(Lsn.max(receivedLsn(), writer.applied().getAsLong())));
            try (ResultSet row = lag.executeQuery()) {
                row.next();
                return row.getLong(1) > limits.farBehindBytes();
            }
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
