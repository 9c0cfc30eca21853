/**
 * The task's logical slot: create, inspect, drop, and where the server left a timeline; temporary slots that export a snapshot.
 */
@NullMarked
package io.penstock.source.slot;

import org.jspecify.annotations.NullMarked;
