package io.penstock.postgres.connection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parsed libpq connection string, with libpq's defaults filled in. {@code parameters} holds what was given besides host, port,
 * database, user and password, by libpq name; each of them has been checked to be one that Penstock serves. The environment
 * variables of libpq are not read, because a task file names two databases; PGPASSFILE is the exception.
 */
public record LibpqUri(
        List<HostPort> hosts,
        String database,
        String user,
        @Nullable String password,
        Map<String, String> parameters) {

    public LibpqUri {
        hosts = List.copyOf(hosts);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Parses {@code postgresql://...}, {@code postgres://...} or {@code key=value ...}.
     *
     * @throws io.penstock.core.error.PenstockException USAGE; the message never repeats the text, which may hold a password
     */
    public static LibpqUri parse(String text) {
        return ConnectionStringBuilder.build(ConnectionStringReader.read(text));
    }

    /** Every host with its port, and the database: {@code db1:5432,db2:5432/shop}. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (HostPort host : hosts) {
            text.append(text.length() == 0 ? "" : ",").append(host);
        }
        return text.append('/').append(database).toString();
    }

    /** Never shows a password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + describe();
    }
}
