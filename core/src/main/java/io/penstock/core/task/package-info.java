/**
 * The task file as values: what a user asked for, typed, complete with defaults and immutable. Comes in from a reader
 * of task files (or a test), goes out to every phase. Nothing here knows YAML, files, environment variables or
 * databases.
 */
@NullMarked
package io.penstock.core.task;

import org.jspecify.annotations.NullMarked;
