/**
 * The demo: two embedded servers, a shop with a live writer, one task, a comparison of every row. Must not be known: how the task works; it
 * is run as the verb {@code run} does.
 */
@NullMarked
package io.penstock.cli.demo;

import org.jspecify.annotations.NullMarked;
