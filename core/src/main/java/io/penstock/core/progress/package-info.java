/**
 * What a task has done so far, as stored at the destination: the durable position and the state of every table.
 */
@NullMarked
package io.penstock.core.progress;

import org.jspecify.annotations.NullMarked;
