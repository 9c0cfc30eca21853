/**
 * The task file as text. In comes YAML or JSON, out goes a {@link io.penstock.core.task.TaskSpec} or one exception that lists every
 * problem with its line. The keys stand in {@link io.penstock.engine.taskfile.TaskKeys}, {@link
 * io.penstock.engine.taskfile.SectionKeys} and {@link io.penstock.engine.taskfile.TableKeys} once, and serve the reader and the JSON
 * Schema. Nothing here connects to a database, and no value that came from the environment or a file is ever shown.
 */
@NullMarked
package io.penstock.engine.taskfile;

import org.jspecify.annotations.NullMarked;
