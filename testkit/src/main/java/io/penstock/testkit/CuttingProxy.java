package io.penstock.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bad network between a client and a PostgreSQL server on this machine: forwards bytes, and on demand stalls, refuses, or cuts
 * connections, after a number of bytes or around a COMMIT that it sees go by. Understands the protocol just enough to find COMMITs of
 * unencrypted sessions. Any thread.
 */
public final class CuttingProxy implements AutoCloseable {
    /** When the connection is cut, seen from the COMMIT. */
    public enum Moment {
        /** The server never sees it. */
        BEFORE_COMMIT,
        /** The server has it, and may still be at work when the client is back. */
        COMMIT_UNDER_WAY,
        /** The server has committed; the client does not learn it. */
        ANSWER_LOST
    }

    /** Which bytes are counted. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private final int target;
    private final ServerSocket listener;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch flow = new CountDownLatch(0);
    private volatile boolean refusing;
    private @Nullable CommitTrap trap;
    private @Nullable ByteTrap bytes;

    private record CommitTrap(Moment moment, int nth, CountDownLatch sprung) {}

    private record ByteTrap(Direction direction, long after, CountDownLatch sprung) {}

    private CuttingProxy(int target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
    }

    /** Starts a proxy in front of a port of this machine. */
    public static CuttingProxy to(int port) {
        try {
            CuttingProxy proxy = new CuttingProxy(port, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread thread = new Thread(proxy::accept, "proxy-" + proxy.port());
            thread.setDaemon(true);
            thread.start();
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                ProxiedConnection connection = new ProxiedConnection(this, client, target);
                connections.add(connection);
                connection.start();
            } catch (IOException e) {
                // Either the proxy is closed, or the server is away: the client sees its connection end.
                continue;
            }
        }
    }

    /** From now on nothing is forwarded, and nothing is closed. */
    public void stall() {
        flow = new CountDownLatch(1);
    }

    /** Ends {@link #stall}. */
    public void flow() {
        flow.countDown();
    }

    /** Cuts what is open and closes every new connection at once, until {@link #admit}. */
    public void refuse() {
        refusing = true;
        cutAll();
    }

    public void admit() {
        refusing = false;
    }

    public void cutAll() {
        connections.forEach(ProxiedConnection::cut);
    }

    /** Connections that are open now. */
    public int open() {
        return connections.size();
    }

    /** Cuts a connection around the n-th COMMIT from now on, counted from 1 over all connections; the others stay. */
    public synchronized Sprung cutAtCommit(Moment moment, int nth) {
        CountDownLatch sprung = new CountDownLatch(1);
        trap = new CommitTrap(moment, nth, sprung);
        return new Sprung("cut at COMMIT " + nth + ", " + moment, sprung);
    }

    /** Cuts the connection that carries the byte after so many from now on, counted over all connections. */
    public synchronized Sprung cutAfter(Direction direction, long count) {
        CountDownLatch sprung = new CountDownLatch(1);
        bytes = new ByteTrap(direction, count, sprung);
        return new Sprung("cut after " + count + " bytes " + direction, sprung);
    }

    /** Whether the awaited cut has happened. */
    public record Sprung(String what, CountDownLatch happened) {
        public boolean yet() {
            return happened.getCount() == 0;
        }

        public void await(Duration limit) throws InterruptedException {
            if (!happened.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
            }
        }
    }

    /** Called with every COMMIT; the moment to cut around it, or null to let it pass. */
    synchronized @Nullable Moment commitSeen() {
        CommitTrap set = trap;
        if (set == null) {
            return null;
        }
        if (set.nth() > 1) {
            trap = new CommitTrap(set.moment(), set.nth() - 1, set.sprung());
            return null;
        }
        trap = null;
        set.sprung().countDown();
        return set.moment();
    }

    /** How many of the bytes may pass before the connection is cut; all of them when there is no such wish. */
    synchronized int allowed(Direction direction, int wanted) {
        ByteTrap set = bytes;
        if (set == null || set.direction() != direction) {
            return wanted;
        }
        if (set.after() >= wanted) {
            bytes = new ByteTrap(direction, set.after() - wanted, set.sprung());
            return wanted;
        }
        bytes = null;
        set.sprung().countDown();
        return (int) set.after();
    }

    void awaitFlow() throws IOException {
        try {
            flow.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    void ended(ProxiedConnection connection) {
        connections.remove(connection);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        flow.countDown();
        cutAll();
    }
}
