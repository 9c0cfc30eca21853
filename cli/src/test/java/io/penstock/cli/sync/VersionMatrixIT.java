package io.penstock.cli.sync;

import io.penstock.testkit.Servers;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One script that touches much, from every source version to every destination version. */
@ExtendWith(Servers.class)
class VersionMatrixIT {
    static Stream<Arguments> pairs() {
        return Stream.of(11, 14, 15, 16, 17, 18)
                .flatMap(source -> Stream.of(12, 15, 18).map(destination -> Arguments.of(source, destination)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void every_source_version_reaches_every_destination_version(int source, int destination, Servers servers)
            throws Exception {
        Cut cut = (source + destination) % 2 == 0 ? Cut.PIECES : Cut.PIECES_AS_SETS;
        ScenarioRun.all(servers.version(source), servers.version(destination), "matrix", cut);
    }
}
