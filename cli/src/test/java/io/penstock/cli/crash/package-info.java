/**
 * What must not happen when something dies, lies or lags: crashes at every named place, kills of every process, connections that are
 * cut at the worst byte, positions that got lost. In: whole tasks on real servers under load. Out: equal rows, or a stop that says why.
 *
 * <p>What takes minutes is tagged {@code long} and runs with {@code -Dpenstock.long=true}. All of them are tagged {@code alone}: the build
 * runs nothing beside them, because they hold times against limits.
 */
@NullMarked
package io.penstock.cli.crash;

import org.jspecify.annotations.NullMarked;
