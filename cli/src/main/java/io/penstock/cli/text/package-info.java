/**
 * What is written to people: tables, sizes, times, a terminal that is redrawn in place, log lines. Must not be known: tasks and databases.
 */
@NullMarked
package io.penstock.cli.text;

import org.jspecify.annotations.NullMarked;
