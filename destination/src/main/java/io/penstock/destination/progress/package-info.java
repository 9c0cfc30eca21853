/**
 * The schema {@code penstock} at the destination: the task's position and the state of its tables.
 */
@NullMarked
package io.penstock.destination.progress;

import org.jspecify.annotations.NullMarked;
