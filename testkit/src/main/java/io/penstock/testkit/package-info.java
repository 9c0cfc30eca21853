/**
 * What tests of every module share. In: the PostgreSQL binaries that the build copied. Out: running servers, comparisons of tables,
 * simulated crashes. Must not be known: any module but core; the oracle judges the product and therefore shares no code with it.
 *
 * <h2>How to use it</h2>
 *
 * <ul>
 *   <li>Tests that need a server are named {@code *IT}; {@code *Test} runs without one, and {@code mvn -Dquick} runs only those.
 *   <li>{@link io.penstock.testkit.Servers}: shared servers, {@code servers.version(15)}; every test makes databases of its own with
 *       {@link io.penstock.testkit.EmbeddedServer#newDatabase}. Tests that kill a server start one with
 *       {@link io.penstock.testkit.EmbeddedServer#start(int)} and close it.
 *   <li>{@link io.penstock.testkit.TableComparison}: the oracle, {@code assertThat(TableComparison.differences(...)).isEmpty()}.
 *   <li>{@link io.penstock.testkit.LeakCheck}: at the end of a test of the pipeline: no slot, no walsender, no open transaction is left.
 *   <li>{@link io.penstock.testkit.CrashAt}: given to the pipeline as its fault points, it crashes at the n-th time one is reached.
 *   <li>{@link io.penstock.testkit.Await}: waits for a condition; tests do not sleep.
 * </ul>
 */
@NullMarked
package io.penstock.testkit;

import org.jspecify.annotations.NullMarked;
