package io.penstock.cli.verb;

import java.io.PrintStream;

/**
 * What surrounds a verb.
 *
 * @param terminal whether a person watches {@code out}, so that lines may be redrawn
 */
public record Shell(PrintStream out, PrintStream err, boolean terminal, Interruption interruption) {}
