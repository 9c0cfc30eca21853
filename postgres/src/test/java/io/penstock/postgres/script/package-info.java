@NullMarked
package io.penstock.postgres.script;

import org.jspecify.annotations.NullMarked;
