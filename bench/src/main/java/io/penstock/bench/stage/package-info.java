/** Ends of the pipeline that do nothing, to see what each stage costs by itself. */
@NullMarked
package io.penstock.bench.stage;

import org.jspecify.annotations.NullMarked;
