package io.penstock.engine.stream;

import io.penstock.core.change.DefinitionRecord;
import io.penstock.core.relation.Relation;

/** What becomes of a table when the stream shows that its definition was changed and nobody told. Belongs to the reader's thread. */
interface Surprises {
    /**
     * The table's rows are held from here on, and it is copied as it is now.
     *
     * @param how the description differs
     * @return what is to be kept with the position
     */
    DefinitionRecord changed(TableStream table, TransactionReader.Position at, String how);

    /** Whether a table that nobody has defined here belongs to the task; it does not when the task leaves out new tables. */
    boolean follows(int oid);

    /** The same as {@link #changed} for a table that was never defined; what came of it so far is forgotten. */
    DefinitionRecord created(Relation table, TransactionReader.Position at);

    /** A table goes on, or is refused again, that a look at the source's catalog had left out. */
    void mended();
}
