/** What a server says about itself: version, family, role, WAL level, identity. */
@NullMarked
package io.penstock.postgres.server;

import org.jspecify.annotations.NullMarked;
