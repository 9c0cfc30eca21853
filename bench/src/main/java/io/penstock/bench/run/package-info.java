/** The order of things: data, then contenders in turn, each run from a fresh copy, equality before figures. */
@NullMarked
package io.penstock.bench.run;

import org.jspecify.annotations.NullMarked;
