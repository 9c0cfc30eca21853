/**
 * The replication protocol's messages as calls, and the port through which they are read.
 */
@NullMarked
package io.penstock.core.stream;

import org.jspecify.annotations.NullMarked;
