/**
 * The incremental phase: messages of the stream become batches, batches become durable, positions are confirmed.
 */
@NullMarked
package io.penstock.engine.stream;

import org.jspecify.annotations.NullMarked;
