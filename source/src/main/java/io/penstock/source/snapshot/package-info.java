/**
 * Snapshots of the source of which it is known what the stream brings besides: by the snapshot's text, or by a temporary slot where that
 * text cannot be trusted. Must not be known here: what is read under them.
 */
@NullMarked
package io.penstock.source.snapshot;

import org.jspecify.annotations.NullMarked;
