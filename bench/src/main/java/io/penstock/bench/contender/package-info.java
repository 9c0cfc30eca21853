/** Who is measured, and how each is brought to its starting point, started, waited for and stopped. */
@NullMarked
package io.penstock.bench.contender;

import org.jspecify.annotations.NullMarked;
