/**
 * What a source needs so that changes of definitions arrive in the stream: the log table, the functions and event triggers that fill
 * it, the selection rules they ask; and the way back from a row of the log to a {@link io.penstock.core.schema.SchemaEvent}. Must not
 * be known here: what is done with the events.
 */
@NullMarked
package io.penstock.source.capture;

import org.jspecify.annotations.NullMarked;
