/**
 * TLS as libpq does it: PEM files of every common form, the system's authorities, protocol versions. Comes in: file names. Goes out: a
 * socket factory that the driver uses. Must not be known here: hosts, sessions, SQL.
 */
@NullMarked
package io.penstock.postgres.tls;

import org.jspecify.annotations.NullMarked;
