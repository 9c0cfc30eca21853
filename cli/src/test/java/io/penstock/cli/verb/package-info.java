@NullMarked
package io.penstock.cli.verb;

import org.jspecify.annotations.NullMarked;
