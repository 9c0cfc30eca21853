/**
 * The full phase: tables and chunks spread over workers.
 */
@NullMarked
package io.penstock.engine.copy;

import org.jspecify.annotations.NullMarked;
