@NullMarked
package io.penstock.postgres.error;

import org.jspecify.annotations.NullMarked;
