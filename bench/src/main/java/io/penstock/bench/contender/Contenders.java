package io.penstock.bench.contender;

import java.util.List;

/** Everybody there is to measure, in the order of the tables. */
public final class Contenders {
    private Contenders() {}

    public static List<Contender> all() {
        return List.of(
                new PenstockContender(PenstockContender.Ends.BOTH),
                new RawPipeContender(),
                new SlotReaderContender(false),
                new SlotReaderContender(true),
                new NativeContender(),
                new PgcopydbContender(),
                new DebeziumContender(),
                new PenstockContender(PenstockContender.Ends.NULL_DESTINATION),
                new PenstockContender(PenstockContender.Ends.NULL_SOURCE));
    }
}
