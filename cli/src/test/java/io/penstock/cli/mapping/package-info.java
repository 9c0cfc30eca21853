/** Tasks whose file says where things go and which changes are followed, from end to end. */
@NullMarked
package io.penstock.cli.mapping;

import org.jspecify.annotations.NullMarked;
