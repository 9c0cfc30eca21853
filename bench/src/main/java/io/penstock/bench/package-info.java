/**
 * The benchmark: Penstock beside its peers and beside what the machine can do at best. In comes a command line, out go tables and a
 * JSON file. Only {@code Wiring} knows what stands behind the engine's ports; nothing else of Penstock may know this module.
 */
@NullMarked
package io.penstock.bench;

import org.jspecify.annotations.NullMarked;
