/**
 * Positions in the source's write-ahead log. Knows nothing else.
 */
@NullMarked
package io.penstock.core.lsn;

import org.jspecify.annotations.NullMarked;
