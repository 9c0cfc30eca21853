/**
 * The ports between the engine and the databases. Each interface documents order, durability and errors; the engine sees nothing
 * else of either database.
 */
@NullMarked
package io.penstock.core.port;

import org.jspecify.annotations.NullMarked;
