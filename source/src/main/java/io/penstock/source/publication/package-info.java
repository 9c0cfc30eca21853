/**
 * What makes the source publish a task's tables: publications, replica identities, the heartbeat table; and its removal.
 */
@NullMarked
package io.penstock.source.publication;

import org.jspecify.annotations.NullMarked;
