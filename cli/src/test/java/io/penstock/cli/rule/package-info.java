/** Filters and expressions of the task file, against what the same SQL says of the source's rows. */
@NullMarked
package io.penstock.cli.rule;

import org.jspecify.annotations.NullMarked;
