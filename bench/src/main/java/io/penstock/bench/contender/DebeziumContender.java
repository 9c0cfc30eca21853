package io.penstock.bench.contender;

import io.penstock.bench.database.Server;
import io.penstock.bench.database.Session;
import io.penstock.bench.workload.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Debezium with its JDBC sink, following changes. Full copies are not what its sink is made for; they are not measured. */
public record DebeziumContender() implements Contender {
    private static final String SLOT = "bench_debezium";

    @Override
    public String name() {
        return "debezium";
    }

    @Override
    public Fit fit(Workload workload) {
        return switch (workload.id()) {
            case "I1", "I2", "L1" -> Fit.ALWAYS;
            case "F1" -> Fit.NEVER;
            default -> Fit.WHEN_ASKED;
        };
    }

    @Override
    public Entry enter(Site site) {
        try (Session source = site.source().open(site.sourceDatabase())) {
            source.run("create publication " + SLOT + " for all tables");
            source.rows("select pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
        }
        return new JvmEntry(
                site,
                new JvmEntry.Program(
                        DebeziumProgram.class,
                        List.of("-Xmx2g", "-XX:+UseParallelGC"),
                        arguments(site),
                        true,
                        true,
                        Optional.of(SLOT),
                        () -> {}));
    }

    private static Map<String, String> arguments(Site site) {
        Map<String, String> arguments = JvmEntry.arguments(site);
        Server source = site.source();
        arguments.put("sourceHost", source.host());
        arguments.put("sourcePort", Integer.toString(source.port()));
        arguments.put("sourceUser", source.user());
        arguments.put("sourcePassword", source.password());
        arguments.put("sourceDatabase", site.sourceDatabase());
        arguments.put("destinationUser", site.destination().user());
        arguments.put("destinationPassword", site.destination().password());
        arguments.put(
                "sinkJdbc", site.destination().jdbcUrl(site.destinationDatabase()) + "&reWriteBatchedInserts=true");
        arguments.put("slot", SLOT);
        return arguments;
    }
}
