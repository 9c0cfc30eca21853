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

/** The golden scripts into a Greenplum, where one is given; tables are stored and distributed in every way. */
@ExtendWith(Servers.class)
class GreenplumScenarioIT {
    static Stream<Arguments> waysAndGroups() {
        return Stream.of(Layout.values())
                .flatMap(layout -> Stream.of("rows", "truncate", "names")
                        .flatMap(group -> Stream.of(Cut.PIECES_AS_SETS, Cut.LARGE)
                                .map(cut -> Arguments.of(layout, group, cut))));
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
