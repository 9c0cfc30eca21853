/** The destination's ports put together. */
@NullMarked
package io.penstock.destination;

import org.jspecify.annotations.NullMarked;
