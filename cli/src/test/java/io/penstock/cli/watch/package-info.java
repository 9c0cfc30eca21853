@NullMarked
package io.penstock.cli.watch;

import org.jspecify.annotations.NullMarked;
