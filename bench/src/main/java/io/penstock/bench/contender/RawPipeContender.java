package io.penstock.bench.contender;

import io.penstock.bench.database.Session;
import io.penstock.bench.workload.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The limit of a full copy. */
public record RawPipeContender() implements Contender {
    @Override
    public String name() {
        return "limit-raw-copy";
    }

    @Override
    public Fit fit(Workload workload) {
        return workload.kind() == Workload.Kind.FULL ? Fit.ALWAYS : Fit.NEVER;
    }

    @Override
    public Entry enter(Site site) {
        try (Session destination = site.destination().open(site.destinationDatabase())) {
            destination.run(site.workload().tables());
        }
        Map<String, String> arguments = JvmEntry.arguments(site);
        arguments.put("keys", String.join(";", site.workload().keys()));
        return new JvmEntry(
                site,
                new JvmEntry.Program(
                        RawPipeProgram.class,
                        List.of("-Xmx512m", "-XX:+UseParallelGC"),
                        arguments,
                        true,
                        true,
                        Optional.empty(),
                        () -> {}));
    }
}
