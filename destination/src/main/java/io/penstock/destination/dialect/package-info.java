/**
 * What the kinds of destination can do and how they want SQL written. Comes in: what a server says about itself. Goes out: answers
 * and text. Must not be known here: connections, and why something is asked.
 */
@NullMarked
package io.penstock.destination.dialect;

import org.jspecify.annotations.NullMarked;
