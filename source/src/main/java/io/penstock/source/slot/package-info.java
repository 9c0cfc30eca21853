/**
 * The task's logical slot: create, inspect, drop, and where the server left a timeline.
 */
@NullMarked
package io.penstock.source.slot;

import org.jspecify.annotations.NullMarked;
