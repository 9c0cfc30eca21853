/**
 * Which transactions a table copy has already seen: the filter between the full copy and the stream.
 */
@NullMarked
package io.penstock.core.snapshot;

import org.jspecify.annotations.NullMarked;
