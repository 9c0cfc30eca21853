/**
 * The verbs and their flags. In: arguments. Out: an exit code, text or JSON on the shell's streams. Must not be known: how a verb's work
 * is done; each verb asks one class of another package.
 */
@NullMarked
package io.penstock.cli.verb;

import org.jspecify.annotations.NullMarked;
