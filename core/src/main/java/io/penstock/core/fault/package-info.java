/**
 * Named places at which a crash is interesting. In: calls of the pipeline at these places. Out: nothing in production, a simulated
 * crash in tests. Must not be known here: what the pipeline does there.
 */
@NullMarked
package io.penstock.core.fault;

import org.jspecify.annotations.NullMarked;
