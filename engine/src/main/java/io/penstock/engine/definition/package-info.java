/**
 * What a task knows of the source's definitions, and what an event of the source changes of it. Pure. Must not be known here: threads,
 * batches, connections.
 */
@NullMarked
package io.penstock.engine.definition;

import org.jspecify.annotations.NullMarked;
