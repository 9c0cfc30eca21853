package io.penstock.bench.workload;

import java.util.ArrayList;
import java.util.List;

/** All there is to measure, in the order in which it is run. */
public final class Workloads {
    /** Greenplum 7 names it as an access method, 6 by options. */
    private static final Workload.Destination APPEND_OPTIMIZED = new Workload.Destination(List.of("""
                    select case when exists (select from pg_settings where name = 'default_table_access_method')
                                then set_config('default_table_access_method', 'ao_column', false)
                                else set_config('gp_default_storage_options', 'appendonly=true,orientation=column', false)
                           end"""), false);

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

    /** I1 and I2 into Greenplum, with both kinds of storage. */
    public static List<Workload> greenplum(Sizes sizes) {
        Workload small = TpcB.drain("I1", "TPC-B transactions", sizes.scale(), sizes);
        Workload bulk = BulkChanges.mixed("I2", "bulk changes", sizes.bulk());
        List<Workload> all = new ArrayList<>();
        for (Workload workload : List.of(small, bulk)) {
            String title = "drain of " + workload.title() + " into Greenplum, ";
            all.add(workload.as("G1-heap-" + workload.id(), title + "heap", Workload.Destination.SAME));
            all.add(workload.as("G1-ao-" + workload.id(), title + "append-optimized by column", APPEND_OPTIMIZED));
        }
        return all;
    }
}
