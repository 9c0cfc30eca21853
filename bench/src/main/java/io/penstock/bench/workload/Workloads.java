package io.penstock.bench.workload;

import java.util.ArrayList;
import java.util.List;

/** All there is to measure, in the order in which it is run. */
public final class Workloads {
    private Workloads() {}

    public static List<Workload> all(Sizes sizes) {
        List<Workload> all = new ArrayList<>();
        all.add(FullCopyTables.workload(sizes));
        all.add(TpcB.drain("I1", "drain of " + sizes.transactions() + " TPC-B transactions", sizes.scale(), sizes));
        all.add(BulkChanges.mixed("I2", "drain of bulk changes", sizes.bulk()));
        all.add(BulkChanges.oneTransaction(sizes.oneTransactionRows()));
        all.add(TpcB.latency(sizes));
        for (int factor : sizes.growthFactors()) {
            String title = "growth: I1's transactions on a target of " + factor + "x the size";
            all.add(TpcB.drain("S1-size-" + factor, title, sizes.growthScale() * factor, sizes));
        }
        for (int tables : sizes.growthTables()) {
            all.add(ManyTables.workload(tables, sizes));
        }
        return all;
    }
}
