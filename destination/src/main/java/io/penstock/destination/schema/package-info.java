/**
 * Definitions at the destination: what to create in which order, creating it step by step, and what stands in the way. Comes in: the
 * source's catalog. Goes out: SQL text, findings, tables as they are. Must not be known here: the source's connection, rows, progress.
 */
@NullMarked
package io.penstock.destination.schema;

import org.jspecify.annotations.NullMarked;
