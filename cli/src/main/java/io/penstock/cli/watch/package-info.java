/**
 * Shows a run while it goes on. In: what the engine says of itself, polled. Out: a redrawn terminal, plain lines, or JSON objects. Must
 * not be known: the databases.
 */
@NullMarked
package io.penstock.cli.watch;

import org.jspecify.annotations.NullMarked;
