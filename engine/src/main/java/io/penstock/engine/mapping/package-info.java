/**
 * From a source table and its counterpart at the destination to the mapping by which rows travel. Pure.
 */
@NullMarked
package io.penstock.engine.mapping;

import org.jspecify.annotations.NullMarked;
