/**
 * Batches become durable: net changes come in, statements and COPY data go out, together with the progress row. Knows nothing of
 * the source but the layout of tuples.
 */
@NullMarked
package io.penstock.destination.apply;

import org.jspecify.annotations.NullMarked;
