@NullMarked
package io.penstock.postgres.tls;

import org.jspecify.annotations.NullMarked;
