package io.penstock.bench.contender;

import io.penstock.bench.database.Session;
import io.penstock.bench.workload.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the server needs to send the changes to somebody who does nothing with them. */
public record SlotReaderContender(boolean late) implements Contender {
    private static final String SLOT = "bench_reader";

    @Override
    public String name() {
        return late ? "limit-slot-late" : "limit-slot-at-once";
    }

    @Override
    public Fit fit(Workload workload) {
        if (workload.kind() != Workload.Kind.DRAIN) {
            return Fit.NEVER;
        }
        return workload.id().startsWith("I") ? Fit.ALWAYS : Fit.WHEN_ASKED;
    }

    @Override
    public Entry enter(Site site) {
        try (Session source = site.source().open(site.sourceDatabase())) {
            source.run("create publication " + SLOT + " for all tables");
            source.rows("select pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
        }
        Map<String, String> arguments = JvmEntry.arguments(site);
        arguments.put("late", Boolean.toString(late));
        arguments.put("slot", SLOT);
        return new JvmEntry(
                site,
                new JvmEntry.Program(
                        SlotReaderProgram.class,
                        List.of("-Xmx256m", "-XX:+UseParallelGC"),
                        arguments,
                        true,
                        false,
                        Optional.of(SLOT),
                        () -> {}));
    }
}
