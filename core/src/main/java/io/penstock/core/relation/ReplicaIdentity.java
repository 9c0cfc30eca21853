package io.penstock.core.relation;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;

/** What the log holds of the old row on UPDATE and DELETE ({@code pg_class.relreplident}). */
public enum ReplicaIdentity {
    DEFAULT('d'),
    NOTHING('n'),
    FULL('f'),
    INDEX('i');

    private final char code;

    ReplicaIdentity(char code) {
        this.code = code;
    }

    public char code() {
        return code;
    }

    public static ReplicaIdentity of(char code) {
        for (ReplicaIdentity identity : values()) {
            if (identity.code == code) {
                return identity;
            }
        }
        throw new PenstockException(
                ErrorKind.PROTOCOL, "Unknown replica identity '" + code + "' in the replication stream.");
    }
}
