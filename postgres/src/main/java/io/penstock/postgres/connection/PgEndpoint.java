package io.penstock.postgres.connection;

import org.jspecify.annotations.Nullable;

/**
 * A database and how to log in. {@code password} is the one of the task file, which precedes the one in the URI; null leaves it to
 * the URI and then to the password file.
 */
public record PgEndpoint(LibpqUri uri, @Nullable String password) {
    public static PgEndpoint of(String uri, @Nullable String password) {
        return new PgEndpoint(LibpqUri.parse(uri), password);
    }

    /** Every host with its port, and the database: fit for messages. */
    public String describe() {
        return uri.describe();
    }

    /** Never shows a password. */
    @Override
    public String toString() {
        return uri.toString();
    }
}
