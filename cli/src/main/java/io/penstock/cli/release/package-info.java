/**
 * Removes a task from both databases. In: the ports. Out: what was removed and what was not.
 */
@NullMarked
package io.penstock.cli.release;

import org.jspecify.annotations.NullMarked;
