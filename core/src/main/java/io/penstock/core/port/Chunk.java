package io.penstock.core.port;

import io.penstock.core.name.QualifiedName;

/**
 * A piece of a table.
 *
 * @param number from 0, in the order of the pieces
 * @param condition SQL condition over the table that selects the piece; empty for the whole table
 */
public record Chunk(QualifiedName table, int number, String condition) {}
