@NullMarked
package io.penstock.postgres.connection;

import org.jspecify.annotations.NullMarked;
