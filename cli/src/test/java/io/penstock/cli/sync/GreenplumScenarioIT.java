package io.penstock.cli.sync;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.testkit.GreenplumServer;
import io.penstock.testkit.Servers;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The golden scripts into a Greenplum, where one is given; tables are stored and distributed in every way. Some ways alone: {@code
 * -Dpenstock.layout=REGEX}.
 */
@ExtendWith(Servers.class)
class GreenplumScenarioIT {
    static Stream<Arguments> waysAndGroups() {
        String only = System.getProperty("penstock.layout", "");
        return Stream.of(Layout.values())
                .filter(layout -> only.isEmpty() || layout.name().matches(only))
                .flatMap(layout -> Stream.of("rows", "truncate", "names")
                        .flatMap(group -> cuts(layout).map(cut -> Arguments.of(layout, group, cut))));
    }

    /** Small pieces take long; they are tried where rows are updated and where they are not. */
    private static Stream<Cut> cuts(Layout layout) {
        return layout == Layout.HEAP || layout == Layout.AO_COLUMN
                ? Stream.of(Cut.PIECES_AS_SETS, Cut.LARGE)
                : Stream.of(Cut.LARGE);
    }

    @ParameterizedTest
    @MethodSource("waysAndGroups")
    void every_script_ends_equal_however_its_tables_are_stored(Layout layout, String group, Cut cut, Servers servers)
            throws Exception {
        Optional<GreenplumServer> greenplum = GreenplumServer.find();
        assumeTrue(greenplum.isPresent(), GreenplumServer.VARIABLE + " is not set");
        ScenarioRun.all(
                new ScenarioRun.Pair(servers.version(15), greenplum.orElseThrow(), cut, Optional.of(layout)), group);
    }
}
