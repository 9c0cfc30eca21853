/**
 * Where a task stands. In: the ports of both databases. Out: the object of {@code status --json}, or a table. Changes nothing.
 */
@NullMarked
package io.penstock.cli.status;

import org.jspecify.annotations.NullMarked;
