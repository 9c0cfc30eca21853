package io.penstock.bench.contender;

import io.penstock.bench.workload.Workload;
import java.util.Optional;

/** PostgreSQL's own logical replication: a publication and a subscription. */
public record NativeContender() implements Contender {
    @Override
    public String name() {
        return "native";
    }

    @Override
    public Fit fit(Workload workload) {
        return workload.id().startsWith("S1-") || workload.id().startsWith("G1-") ? Fit.WHEN_ASKED : Fit.ALWAYS;
    }

    @Override
    public Entry enter(Site site) {
        return new NativeEntry(site);
    }

    /** Everything happens inside the servers. */
    static final String SUBSCRIPTION = "bench_native";

    static Optional<String> slot() {
        return Optional.of(SUBSCRIPTION);
    }
}
