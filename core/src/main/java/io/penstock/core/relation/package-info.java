/**
 * What the stream and the writer must know of a table: relations as the protocol describes them, tuples as byte slices, and the
 * mapping from a source table to its destination table. No SQL text and no connection belongs here.
 */
@NullMarked
package io.penstock.core.relation;

import org.jspecify.annotations.NullMarked;
