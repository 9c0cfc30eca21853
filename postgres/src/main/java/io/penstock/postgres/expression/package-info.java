/**
 * The user's expressions in SQL: the query that makes destination rows of source rows, the same on both ends, and the trial of an
 * expression before it is needed. Knows neither where the rows come from nor where they go.
 */
@NullMarked
package io.penstock.postgres.expression;

import org.jspecify.annotations.NullMarked;
