/**
 * From a libpq connection URI to an open session of known settings. Comes in: what the user wrote in the task file. Goes out:
 * sessions of the driver. Must not be known here: what the sessions are used for.
 */
@NullMarked
package io.penstock.postgres.connection;

import org.jspecify.annotations.NullMarked;
