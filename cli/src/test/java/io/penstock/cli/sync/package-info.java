/** Whole tasks on real servers: what was written at the source must be found at the destination, exactly. */
@NullMarked
package io.penstock.cli.sync;

import org.jspecify.annotations.NullMarked;
