@NullMarked
package io.penstock.postgres.server;

import org.jspecify.annotations.NullMarked;
