/** Child processes and what the operating system knows about the time and memory of processes; {@code /proc}, so Linux only. */
@NullMarked
package io.penstock.bench.process;

import org.jspecify.annotations.NullMarked;
