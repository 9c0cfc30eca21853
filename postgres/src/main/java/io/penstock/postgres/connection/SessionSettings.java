package io.penstock.postgres.connection;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a session must look like, whatever the server's, the database's and the role's defaults are. {@code values} are setting names
 * with the value that {@code pg_settings.setting} shows for them (times in milliseconds, without unit); {@link PgConnector} sends
 * them with the login and refuses the session if one of them does not hold.
 *
 * @param receiveBufferBytes SO_RCVBUF, set before connecting so that the TCP window can use it; 0 leaves it to the system
 * @param rewriteBatchedInserts whether the driver turns a batch of inserts into multi-row statements
 */
public record SessionSettings(Map<String, String> values, int receiveBufferBytes, boolean rewriteBatchedInserts) {
    /**
     * A writer waiting for one of our locks, or we for one of his, queues everybody behind it; the source must not suffer from
     * that for longer.
     */
    public static final Duration SOURCE_LOCK_TIMEOUT = Duration.ofSeconds(2);

    public SessionSettings {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Text of every value comes out the same and exact from all versions, and a role under row security fails instead of seeing less. */
    public static SessionSettings source() {
        return new SessionSettings(valueSettings(), 0, false)
                .with("row_security", "off")
                .with("quote_all_identifiers", "off")
                .with("xmlbinary", "base64")
                .withLockTimeout(SOURCE_LOCK_TIMEOUT);
    }

    /** As for the source, but waits for locks and leaves {@code synchronous_commit} and row security as they are. */
    public static SessionSettings destination() {
        return new SessionSettings(valueSettings(), 0, false);
    }

    public SessionSettings with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.put(name, value);
        return new SessionSettings(changed, receiveBufferBytes, rewriteBatchedInserts);
    }

    /** Zero waits for ever. */
    public SessionSettings withLockTimeout(Duration timeout) {
        return with("lock_timeout", Long.toString(timeout.toMillis()));
    }

    public SessionSettings withReceiveBuffer(int bytes) {
        return new SessionSettings(values, bytes, rewriteBatchedInserts);
    }

    public SessionSettings withRewrittenBatches() {
        return new SessionSettings(values, receiveBufferBytes, true);
    }

    private static Map<String, String> valueSettings() {
        Map<String, String> values = new LinkedHashMap<>();
        // The driver stops sending it to replication connections of servers before 12; floats would arrive rounded.
        values.put("extra_float_digits", "3");
        values.put("IntervalStyle", "postgres");
        values.put("bytea_output", "hex");
        values.put("lc_monetary", "C");
        values.put("TimeZone", "UTC");
        values.put("DateStyle", "ISO");
        values.put("client_encoding", "UTF8");
        values.put("standard_conforming_strings", "on");
        values.put("array_nulls", "on");
        values.put("xmloption", "content");
        // Every name is qualified, in our statements and in what the server prints (types, index definitions).
        values.put("search_path", "pg_catalog");
        values.put("statement_timeout", "0");
        values.put("lock_timeout", "0");
        return values;
    }
}
