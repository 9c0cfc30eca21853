package io.penstock.bench.contender;

import io.penstock.bench.database.Server;
import io.penstock.bench.database.Session;
import io.penstock.bench.workload.Workload;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A subscription. For a full copy its tables exist without keys and indexes, which are built when all tables are in, as for the raw
 * pipe: the fastest way there is. For changes it is created beforehand and disabled while they pile up.
 */
final class NativeEntry implements Entry {
    private static final String NAME = NativeContender.SUBSCRIPTION;
    private static final String OPTIONS = "binary = true, streaming = on, slot_name = " + NAME;

    private final Site site;
    private final boolean full;
    private boolean created;

    NativeEntry(Site site) {
        this.site = site;
        this.full = site.workload().kind() == Workload.Kind.FULL;
        try (Session source = source()) {
            source.run("create publication " + NAME + " for all tables");
            if (!full) {
                source.rows("select pg_create_logical_replication_slot('" + NAME + "', 'pgoutput')");
            }
        }
        try (Session destination = destination()) {
            if (full) {
                destination.run(site.workload().tables());
            } else {
                subscribe(destination, "copy_data = false, create_slot = false, enabled = false");
            }
        }
    }

    private Session source() {
        return site.source().open(site.sourceDatabase());
    }

    private Session destination() {
        return site.destination().open(site.destinationDatabase());
    }

    private void subscribe(Session destination, String options) {
        Server server = site.source();
        String password = server.password().isEmpty() ? "" : " password=" + server.password();
        String connection = "host=" + server.host() + " port=" + server.port() + " user=" + server.user() + password
                + " dbname=" + site.sourceDatabase();
        destination.run("create subscription " + NAME + " connection '" + connection + "' publication " + NAME
                + " with (" + OPTIONS + ", " + options + ")");
        created = true;
    }

    @Override
    public void ready(long marker) {
        // The servers are up.
    }

    @Override
    public void go() {
        try (Session destination = destination()) {
            if (full) {
                subscribe(destination, "copy_data = true");
            } else {
                destination.run("alter subscription " + NAME + " enable");
            }
        }
    }

    @Override
    public void awaitEnd(Duration limit) {
        if (!full) {
            Marker.await(site, limit, () -> {});
            return;
        }
        awaitCopies(limit);
        KeyBuilder.build(
                site.destination().jdbcUrl(site.destinationDatabase()),
                site.workload().keys(),
                site.jobs());
    }

    private void awaitCopies(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try (Session destination = destination()) {
            while (destination.number("select count(*) from pg_subscription_rel where srsubstate not in ('s', 'r')")
                    > 0) {
                if (System.nanoTime() - deadline > 0) {
                    throw new PenstockException(ErrorKind.INTERNAL, "The tables were not copied within " + limit + ".");
                }
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Interrupted while waiting for the copies.", e);
        }
    }

    @Override
    public double cpuSeconds() {
        return Double.NaN;
    }

    @Override
    public OptionalDouble peakMemory() {
        return OptionalDouble.empty();
    }

    @Override
    public Optional<String> slot() {
        return full ? Optional.empty() : NativeContender.slot();
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public void stop() {
        try (Session destination = destination()) {
            destination.run("alter subscription " + NAME + " disable");
        }
    }

    /** The slot goes with the source's database. */
    @Override
    public void close() {
        if (!created) {
            return;
        }
        try (Session destination = destination()) {
            destination
                    .run("alter subscription " + NAME + " disable")
                    .run("alter subscription " + NAME + " set (slot_name = none)")
                    .run("drop subscription " + NAME);
        }
    }
}
