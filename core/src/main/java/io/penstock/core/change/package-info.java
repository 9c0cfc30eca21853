/**
 * Changes on their way: messages come in, net changes per table and batches go out. Nothing here knows how they are read or
 * written.
 */
@NullMarked
package io.penstock.core.change;

import org.jspecify.annotations.NullMarked;
