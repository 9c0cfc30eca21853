/** The one unchecked exception of Penstock and the kinds of failure it can carry. */
@NullMarked
package io.penstock.core.error;

import org.jspecify.annotations.NullMarked;
