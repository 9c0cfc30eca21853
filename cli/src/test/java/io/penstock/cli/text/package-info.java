@NullMarked
package io.penstock.cli.text;

import org.jspecify.annotations.NullMarked;
