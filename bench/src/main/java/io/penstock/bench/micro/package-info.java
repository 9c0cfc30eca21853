/** JMH benchmarks of single steps on the way of a change; no server. Run them with {@code bench/run --jmh}. */
@NullMarked
package io.penstock.bench.micro;

import org.jspecify.annotations.NullMarked;
