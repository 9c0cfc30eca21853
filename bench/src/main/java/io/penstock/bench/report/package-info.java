/** Results as records, as tables for people and as JSON. Figures that were not measured are NaN and shown as a dash. */
@NullMarked
package io.penstock.bench.report;

import org.jspecify.annotations.NullMarked;
