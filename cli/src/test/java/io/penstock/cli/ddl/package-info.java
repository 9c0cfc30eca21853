/** Changes of definitions follow, at their place among the rows; on real servers. */
@NullMarked
package io.penstock.cli.ddl;

import org.jspecify.annotations.NullMarked;
