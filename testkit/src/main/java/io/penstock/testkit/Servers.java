package io.penstock.testkit;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The servers that all tests of a JVM share, one per major version, started when first asked for and closed at the end. A test class
 * says {@code @ExtendWith(Servers.class)} and takes a parameter of this type. Tests make their own databases
 * ({@link EmbeddedServer#newDatabase}); a test that stops or reconfigures a server starts its own. Thread-safe.
 */
public final class Servers implements ParameterResolver, AutoCloseable {
    private static final Namespace NAMESPACE = Namespace.create(Servers.class);

    private final Map<Integer, EmbeddedServer> started = new TreeMap<>();

    public synchronized EmbeddedServer version(int majorVersion) {
        return started.computeIfAbsent(majorVersion, EmbeddedServer::start);
    }

    /** The newest version, for tests to which the version does not matter. */
    public EmbeddedServer newest() {
        return version(EmbeddedServer.VERSIONS.get(EmbeddedServer.VERSIONS.size() - 1));
    }

    @Override
    public synchronized void close() {
        started.values().forEach(EmbeddedServer::close);
        started.clear();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Servers.class;
    }

    @Override
    public Servers resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Servers.class, key -> new Servers(), Servers.class);
    }
}
