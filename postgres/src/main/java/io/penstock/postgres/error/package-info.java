/**
 * From the driver's exceptions to {@link io.penstock.core.error.PenstockException}: the only place that knows what a SQLSTATE means
 * for a task and what a person can do about it.
 */
@NullMarked
package io.penstock.postgres.error;

import org.jspecify.annotations.NullMarked;
