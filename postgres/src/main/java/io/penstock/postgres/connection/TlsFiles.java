package io.penstock.postgres.connection;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.postgres.tls.TlsSettings;
import io.penstock.postgres.tls.TlsSettings.Trust;
import io.penstock.postgres.tls.TlsSocketFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * libpq's rules for the files of TLS ("SSL Support", libpq-ssl): where they are, which must exist, and that a root file makes
 * {@code require} verify. One difference: a file that is named but missing is an error in every mode.
 */
record TlsFiles(String mode, TlsSettings settings) {
    private static final Set<PosixFilePermission> GROUP_MAY_READ = Set.of(PosixFilePermission.GROUP_READ);

    /** Empty if the connection is not to be encrypted. */
    static Optional<TlsFiles> of(LibpqUri uri) {
        return of(uri.parameters(), Path.of(System.getProperty("user.home", "."), ".postgresql"));
    }

    static Optional<TlsFiles> of(Map<String, String> parameters, Path defaults) {
        boolean system = parameters.getOrDefault("sslrootcert", "").equals("system");
        String mode = parameters.getOrDefault("sslmode", system ? "verify-full" : "prefer");
        if (mode.equals("disable")) {
            return Optional.empty();
        }
        @Nullable
        Path roots = system ? null : file(parameters.getOrDefault("sslrootcert", ""), defaults.resolve("root.crt"));
        if (mode.startsWith("verify") && roots == null && !system) {
            throw usage("sslmode=" + mode
                    + " needs the certificates of trusted authorities: name a file with sslrootcert, or use"
                    + " sslrootcert=system, or put them into " + defaults.resolve("root.crt") + ".");
        }
        if (mode.equals("require") && roots != null) {
            mode = "verify-ca";
        }
        Server server = new Server(mode, roots);
        return Optional.of(new TlsFiles(mode, settings(parameters, defaults, server)));
    }

    /** How the server is verified; without a file of roots a verifying mode takes the system's. */
    private record Server(String mode, @Nullable Path roots) {
        Trust trust() {
            if (!mode.startsWith("verify")) {
                return Trust.ANYBODY;
            }
            return roots == null ? Trust.SYSTEM : Trust.ROOTS;
        }
    }

    private static TlsSettings settings(Map<String, String> parameters, Path defaults, Server server) {
        boolean none = parameters.getOrDefault("sslcertmode", "allow").equals("disable");
        @Nullable
        Path certificate =
                none ? null : file(parameters.getOrDefault("sslcert", ""), defaults.resolve("postgresql.crt"));
        @Nullable
        Path key = certificate == null
                ? null
                : file(parameters.getOrDefault("sslkey", ""), defaults.resolve("postgresql.key"));
        if (certificate != null && key == null) {
            throw usage("The client certificate " + certificate + " has no key: name its file with sslkey.");
        }
        if (key != null) {
            requirePrivate(key);
        }
        return new TlsSettings(
                server.trust(),
                server.mode().equals("verify-full"),
                server.roots(),
                certificate,
                key,
                parameters.getOrDefault("sslpassword", ""),
                parameters.getOrDefault("ssl_min_protocol_version", ""),
                parameters.getOrDefault("ssl_max_protocol_version", ""));
    }

    void describeTo(Properties properties) {
        settings.check();
        settings.store(properties);
        PGProperty.SSL_MODE.set(properties, mode);
        PGProperty.SSL_FACTORY.set(properties, TlsSocketFactory.class.getName());
    }

    private static @Nullable Path file(String named, Path otherwise) {
        if (named.isEmpty()) {
            return Files.isRegularFile(otherwise) ? otherwise : null;
        }
        Path path = Path.of(named);
        if (!Files.exists(path)) {
            throw usage("The file " + path + " does not exist.");
        }
        return path;
    }

    /** libpq's rule: nobody else may read it, except that the group may when root owns it. */
    private static void requirePrivate(Path key) {
        try {
            boolean root = Files.getOwner(key).getName().equals("root");
            for (PosixFilePermission permission : Files.getPosixFilePermissions(key)) {
                boolean owner = permission.name().startsWith("OWNER");
                if (!owner && !(root && GROUP_MAY_READ.contains(permission))) {
                    throw usage("The private key " + key
                            + " may be read or changed by others: chmod 0600 it (0640 if root owns it).");
                }
            }
        } catch (UnsupportedOperationException e) {
            return; // no such permissions on Windows; libpq does not check there either
        } catch (IOException e) {
            throw new PenstockException(ErrorKind.USAGE, "The private key " + key + " cannot be read by this user.", e);
        }
    }

    private static PenstockException usage(String problem) {
        return new PenstockException(ErrorKind.USAGE, problem);
    }
}
