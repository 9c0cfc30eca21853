/** The servers a benchmark runs on: embedded ones or given ones, databases on them, and whether two databases hold the same rows. */
@NullMarked
package io.penstock.bench.database;

import org.jspecify.annotations.NullMarked;
