/** What is measured: tables, their rows and the changes to follow, all from fixed formulas, so that every run and machine sees the same. */
@NullMarked
package io.penstock.bench.workload;

import org.jspecify.annotations.NullMarked;
