package io.penstock.postgres.tls;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Which files and protocol versions a TLS connection uses.
 *
 * @param trust whom to believe
 * @param checkHost whether the certificate must be for the host (sslmode=verify-full)
 * @param certificate of this client, with {@code key}; both or none
 * @param keyPassword of an encrypted key, may be empty
 * @param minProtocol such as TLSv1.2
 */
public record TlsSettings(
        Trust trust,
        boolean checkHost,
        @Nullable Path roots,
        @Nullable Path certificate,
        @Nullable Path key,
        String keyPassword,
        String minProtocol,
        String maxProtocol) {
    /** Whose certificates are believed. */
    public enum Trust {
        /** Any: encryption only, as with libpq's sslmode=require without a root file. */
        ANYBODY,
        /** Those signed by an authority of the file {@code roots}. */
        ROOTS,
        /** Those signed by an authority that this Java trusts (sslrootcert=system). */
        SYSTEM
    }

    private static final String PREFIX = "penstock.tls.";

    /** Reads every file once, so that an unusable one is an error of its own and not a failed handshake. */
    public void check() {
        TlsContext.create(this);
    }

    /** Written into the driver's properties, from which the driver makes a {@link TlsSocketFactory}. */
    public void store(Properties properties) {
        properties.setProperty(PREFIX + "trust", trust.name());
        properties.setProperty(PREFIX + "checkHost", Boolean.toString(checkHost));
        storePath(properties, "roots", roots);
        storePath(properties, "certificate", certificate);
        storePath(properties, "key", key);
        properties.setProperty(PREFIX + "keyPassword", keyPassword);
        properties.setProperty(PREFIX + "minProtocol", minProtocol);
        properties.setProperty(PREFIX + "maxProtocol", maxProtocol);
    }

    static TlsSettings load(Properties properties) {
        return new TlsSettings(
                Trust.valueOf(properties.getProperty(PREFIX + "trust")),
                Boolean.parseBoolean(properties.getProperty(PREFIX + "checkHost")),
                loadPath(properties, "roots"),
                loadPath(properties, "certificate"),
                loadPath(properties, "key"),
                properties.getProperty(PREFIX + "keyPassword", ""),
                properties.getProperty(PREFIX + "minProtocol", ""),
                properties.getProperty(PREFIX + "maxProtocol", ""));
    }

    @Override
    public String toString() {
        return "TlsSettings[trust=" + trust + ", roots=" + roots + ", certificate=" + certificate + ", key=" + key
                + "]";
    }

    private static void storePath(Properties properties, String name, @Nullable Path path) {
        if (path != null) {
            properties.setProperty(PREFIX + name, path.toString());
        }
    }

    private static @Nullable Path loadPath(Properties properties, String name) {
        return Optional.ofNullable(properties.getProperty(PREFIX + name))
                .map(Path::of)
                .orElse(null);
    }
}
