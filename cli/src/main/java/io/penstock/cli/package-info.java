/**
 * The command line. In: verbs, flags, a task file. Out: text for people or JSON for programs, and an exit code. Must not be known: how
 * source and destination work; only {@code Wiring} names their classes.
 */
@NullMarked
package io.penstock.cli;

import org.jspecify.annotations.NullMarked;
