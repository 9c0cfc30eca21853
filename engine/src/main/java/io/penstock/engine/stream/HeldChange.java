package io.penstock.engine.stream;

import io.penstock.core.change.OldTuple;
import io.penstock.core.change.TableChanges;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.progress.Held;

/**
 * How changes are written down while their table cannot take them: what kind it is and where in the message its tuples stand.
 *
 * @param old meaningless but for updates and deletes
 */
record HeldChange(Kind kind, OldTuple old, int oldTuple, int newTuple) {
    /** What can happen to a table. */
    enum Kind {
        INSERT,
        UPDATE,
        DELETE,
        TRUNCATE,
        /** An event of the source's log of definitions; the message is the row. */
        DEFINITION,
        /** How the stream describes the table from here on; the message is the description. */
        DESCRIPTION,
        /** A look at the source's catalog had to leave the table out, so that another one is due. */
        UNLOGGED,
        /** A type of its columns was changed, which waits for no table: the destination takes no value that came before. */
        RETYPED
    }

    static final HeldChange TRUNCATE = new HeldChange(Kind.TRUNCATE, OldTuple.NONE, 0, 0);
    static final HeldChange DEFINITION = new HeldChange(Kind.DEFINITION, OldTuple.NONE, 0, 0);

    static final HeldChange UNLOGGED = new HeldChange(Kind.UNLOGGED, OldTuple.NONE, 0, 0);

    static final HeldChange RETYPED = new HeldChange(Kind.RETYPED, OldTuple.NONE, 0, 0);

    static final HeldChange DESCRIPTION = new HeldChange(Kind.DESCRIPTION, OldTuple.NONE, 0, 0);

    static HeldChange insert(int newTuple) {
        return new HeldChange(Kind.INSERT, OldTuple.NONE, 0, newTuple);
    }

    String code() {
        return kind + " " + old + " " + oldTuple + " " + newTuple;
    }

    static HeldChange of(Held held) {
        String[] parts = held.kind().split(" ");
        try {
            return new HeldChange(
                    Kind.valueOf(parts[0]),
                    OldTuple.valueOf(parts[1]),
                    Integer.parseInt(parts[2]),
                    Integer.parseInt(parts[3]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "A row of penstock.quarantine cannot be read: it was changed, or written by another version of Penstock. Release the"
                            + " task and start it again.",
                    e);
        }
    }

    boolean ofRows() {
        return switch (kind) {
            case INSERT, UPDATE, DELETE, TRUNCATE -> true;
            case DEFINITION, DESCRIPTION, UNLOGGED, RETYPED -> false;
        };
    }

    /** For changes of rows only. */
    void apply(TableChanges changes, byte[] message) {
        switch (kind) {
            case INSERT -> changes.insert(message, newTuple);
            case UPDATE -> changes.update(old, message, oldTuple, newTuple);
            case DELETE -> changes.delete(old, message, oldTuple);
            case TRUNCATE, DEFINITION, DESCRIPTION, UNLOGGED, RETYPED ->
                throw new IllegalArgumentException("not a change of a row: " + kind);
        }
    }
}
