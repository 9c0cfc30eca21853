package io.penstock.postgres.connection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** libpq's {@code target_session_attrs}: which of several servers is wanted. */
enum TargetSession {
    ANY("any"),
    READ_WRITE("read-write"),
    READ_ONLY("read-only"),
    PRIMARY("primary"),
    STANDBY("standby"),
    /** A standby if there is one, else any. */
    PREFER_STANDBY("prefer-standby");

    private final String libpqName;

    TargetSession(String libpqName) {
        this.libpqName = libpqName;
    }

    static TargetSession of(LibpqUri uri) {
        String name = uri.parameters().getOrDefault("target_session_attrs", ANY.libpqName);
        for (TargetSession target : values()) {
            if (target.libpqName.equals(name)) {
                return target;
            }
        }
        throw ConnectionStringReader.invalid("target_session_attrs is not one of libpq's.");
    }

    String libpqName() {
        return libpqName;
    }

    boolean accepts(Connection connection) throws SQLException {
        if (this == ANY) {
            return true;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_catalog.pg_is_in_recovery(),"
                        + " pg_catalog.current_setting('default_transaction_read_only') = 'on'")) {
            row.next();
            return accepts(row.getBoolean(1), row.getBoolean(2));
        }
    }

    boolean accepts(boolean inRecovery, boolean readOnlyByDefault) {
        return switch (this) {
            case ANY -> true;
            case READ_WRITE -> !inRecovery && !readOnlyByDefault;
            case READ_ONLY -> inRecovery || readOnlyByDefault;
            case PRIMARY -> !inRecovery;
            case STANDBY, PREFER_STANDBY -> inRecovery;
        };
    }
}
