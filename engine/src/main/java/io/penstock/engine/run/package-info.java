/**
 * The life of a task: phases in order, retries, a clean stop. Sees both databases through ports only.
 */
@NullMarked
package io.penstock.engine.run;

import org.jspecify.annotations.NullMarked;
