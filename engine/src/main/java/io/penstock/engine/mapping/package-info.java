/**
 * From a source table and its counterpart at the destination to the mapping by which rows travel, with the filter and the expressions
 * of the task file. Knows ports, no connection.
 */
@NullMarked
package io.penstock.engine.mapping;

import org.jspecify.annotations.NullMarked;
