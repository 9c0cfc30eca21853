@NullMarked
package io.penstock.postgres.expression;

import org.jspecify.annotations.NullMarked;
