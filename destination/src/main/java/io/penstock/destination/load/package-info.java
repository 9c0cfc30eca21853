/**
 * Loading whole tables: COPY data comes in piece by piece and becomes durable chunk by chunk.
 */
@NullMarked
package io.penstock.destination.load;

import org.jspecify.annotations.NullMarked;
