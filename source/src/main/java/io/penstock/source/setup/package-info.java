/**
 * The task's view of the source as a whole: state, checks, barrier, and the ports' implementations put together.
 */
@NullMarked
package io.penstock.source.setup;

import org.jspecify.annotations.NullMarked;
