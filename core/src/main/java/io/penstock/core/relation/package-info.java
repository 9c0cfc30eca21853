/**
 * What the stream and the writer must know of a table: relations as the protocol describes them, tuples as byte slices, and the
 * mapping from a source table to its destination table, with the user's own expressions. No statement and no connection belongs here.
 */
@NullMarked
package io.penstock.core.relation;

import org.jspecify.annotations.NullMarked;
