/**
 * The replication connection: bytes of the logical replication protocol come in, calls of
 * {@link io.penstock.core.stream.MessageConsumer} go out. Knows nothing of tables, mappings or destinations.
 */
@NullMarked
package io.penstock.source.stream;

import org.jspecify.annotations.NullMarked;
