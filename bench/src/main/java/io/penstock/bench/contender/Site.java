package io.penstock.bench.contender;

import io.penstock.bench.database.Server;
import io.penstock.bench.workload.Workload;

/**
 * Where one run takes place: databases of its own on both servers.
 *
 * @param jobs tables or chunks copied at the same time
 */
public record Site(
        Workload workload,
        Server source,
        String sourceDatabase,
        Server destination,
        String destinationDatabase,
        int jobs) {}
