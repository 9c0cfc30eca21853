/**
 * Findings of the checks before a task starts.
 */
@NullMarked
package io.penstock.core.check;

import org.jspecify.annotations.NullMarked;
