package io.penstock.core.change;

/** What an UPDATE or DELETE message carries of the old row. */
public enum OldTuple {
    /** Nothing: the key did not change. */
    NONE,
    /** The columns of the replica identity; the others are NULL placeholders. */
    KEY,
    /** All columns, large values included (REPLICA IDENTITY FULL). */
    FULL
}
