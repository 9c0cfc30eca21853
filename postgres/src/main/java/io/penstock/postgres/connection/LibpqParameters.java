package io.penstock.postgres.connection;

import io.penstock.core.name.EditDistance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Every connection parameter of libpq up to 18 ("Parameter Key Words"), with the values that can be served. What cannot be served is
 * refused with the reason, except for the value that is libpq's default and asks for nothing.
 */
final class LibpqParameters {
    private static final Map<String, Function<String, Optional<String>>> CHECKS = checks();

    private LibpqParameters() {}

    /** @param quotable whether an unknown name may be shown; false when it may be what follows an & in a password */
    static List<String> problems(String name, String value, boolean quotable) {
        Function<String, Optional<String>> check = CHECKS.get(name);
        if (check == null && !quotable) {
            return List.of(
                    "It has a parameter that libpq does not know; its name is not shown, because it may be a part of the"
                            + " password (an & in a password is written %26, a space in a list is quoted).");
        }
        if (check == null) {
            return List.of("It has the parameter \"" + name + "\", which libpq does not know" + suggestion(name) + ".");
        }
        return check.apply(value)
                .map(problem -> List.of("Its parameter " + name + " " + problem + "."))
                .orElse(List.of());
    }

    /** What only shows when parameters are seen together. */
    static List<String> contradictions(Map<String, String> parameters, boolean hostAddress) {
        List<String> problems = new ArrayList<>();
        String mode = parameters.getOrDefault("sslmode", "");
        boolean system = parameters.getOrDefault("sslrootcert", "").equals("system");
        if (system && !mode.isEmpty() && !mode.equals("verify-full")) {
            problems.add(
                    "sslrootcert=system goes with sslmode=verify-full only, because anybody can get a certificate that it trusts.");
        }
        if (hostAddress && (mode.equals("verify-full") || system)) {
            problems.add(
                    "hostaddr cannot be used with sslmode=verify-full, because the Java driver compares the certificate with the"
                            + " address; use host alone.");
        }
        String least = parameters.getOrDefault("ssl_min_protocol_version", "");
        String most = parameters.getOrDefault("ssl_max_protocol_version", "");
        if (!least.isEmpty() && !most.isEmpty() && least.compareTo(most) > 0) {
            problems.add("ssl_min_protocol_version is above ssl_max_protocol_version, so no version is left.");
        }
        if (parameters.getOrDefault("sslnegotiation", "").equals("direct")
                && !system
                && !Set.of("require", "verify-ca", "verify-full").contains(mode)) {
            problems.add("sslnegotiation=direct goes with sslmode=require, verify-ca or verify-full only.");
        }
        return problems;
    }

    private static Map<String, Function<String, Optional<String>>> checks() {
        Map<String, Function<String, Optional<String>>> checks = new LinkedHashMap<>();
        session(checks);
        network(checks);
        tls(checks);
        authentication(checks);
        return checks;
    }

    private static void session(Map<String, Function<String, Optional<String>>> checks) {
        checks.put("application_name", LibpqParameters::any);
        checks.put("fallback_application_name", LibpqParameters::any);
        checks.put("options", LibpqParameters::any);
        checks.put("client_encoding", LibpqParameters::encoding);
        checks.put(
                "target_session_attrs",
                oneOf("any", "read-write", "read-only", "primary", "standby", "prefer-standby"));
        checks.put("load_balance_hosts", oneOf("disable", "random"));
        checks.put("replication", refused("cannot be set: Penstock opens its replication connections itself"));
        checks.put("service", refused("cannot be used: the service file is not read; write its entries into the URL"));
        checks.put(
                "servicefile", refused("cannot be used: the service file is not read; write its entries into the URL"));
        checks.put(
                "min_protocol_version",
                only("cannot be served by the Java driver, which speaks version 3.0", "3.0", ""));
        checks.put(
                "max_protocol_version",
                only("cannot be served by the Java driver, which speaks version 3.0", "3.0", ""));
    }

    private static void network(Map<String, Function<String, Optional<String>>> checks) {
        checks.put("connect_timeout", integer(0));
        checks.put("keepalives", oneOf("0", "1"));
        checks.put("keepalives_idle", integer(0));
        checks.put("keepalives_interval", integer(0));
        checks.put("keepalives_count", integer(0));
        checks.put(
                "tcp_user_timeout",
                only("cannot be served: Java has no such socket option; use the keepalives_ parameters", "0"));
        checks.put("requirepeer", only("cannot be served: it needs a Unix-domain socket", ""));
    }

    private static void tls(Map<String, Function<String, Optional<String>>> checks) {
        checks.put("sslmode", oneOf("disable", "allow", "prefer", "require", "verify-ca", "verify-full"));
        checks.put("sslnegotiation", oneOf("postgres", "direct"));
        checks.put("sslrootcert", LibpqParameters::any);
        checks.put("sslcert", LibpqParameters::any);
        checks.put(
                "sslkey",
                value -> value.startsWith("pkcs11:") || value.startsWith("engine:")
                        ? Optional.of("must name a file: key engines cannot be used")
                        : Optional.empty());
        checks.put("sslpassword", LibpqParameters::any);
        checks.put("sslcertmode", only("can only be allow or disable", "allow", "disable"));
        checks.put("ssl_min_protocol_version", oneOf("", "TLSv1.2", "TLSv1.3"));
        checks.put("ssl_max_protocol_version", oneOf("", "TLSv1.2", "TLSv1.3"));
        checks.put("sslcompression", only("cannot be served: TLS compression is insecure and gone", "0"));
        checks.put("sslsni", only("cannot be served: the Java driver always sends the host name", "1"));
        checks.put("sslcrl", only("cannot be served: the Java driver does not read revocation lists", ""));
        checks.put("sslcrldir", only("cannot be served: the Java driver does not read revocation lists", ""));
        checks.put("sslkeylogfile", only("cannot be served: session keys are never written down", ""));
        checks.put("requiressl", refused("is long obsolete; use sslmode=require"));
    }

    private static void authentication(Map<String, Function<String, Optional<String>>> checks) {
        checks.put("passfile", LibpqParameters::any);
        checks.put("require_auth", LibpqParameters::authenticationMethods);
        checks.put("channel_binding", oneOf("disable", "prefer", "require"));
        checks.put("gssencmode", oneOf("disable", "prefer", "require"));
        checks.put("gsslib", only("can only be gssapi", "gssapi"));
        checks.put("krbsrvname", LibpqParameters::any);
        checks.put("gssdelegation", only("cannot be served: the Java driver does not delegate credentials", "0"));
        for (String name : List.of("scram_client_key", "scram_server_key")) {
            checks.put(name, refused("cannot be served by the Java driver; use a password"));
        }
        for (String name : List.of("oauth_issuer", "oauth_client_id", "oauth_client_secret", "oauth_scope")) {
            checks.put(name, refused("cannot be served: the Java driver does not speak OAuth"));
        }
    }

    private static Optional<String> any(String value) {
        return Optional.empty();
    }

    private static Optional<String> encoding(String value) {
        String plain = value.replace("-", "").replace("_", "").toUpperCase(Locale.ROOT);
        return plain.equals("UTF8") || plain.equals("UNICODE")
                ? Optional.empty()
                : Optional.of("can only be UTF8: text travels in it whatever the databases' encodings are");
    }

    private static Optional<String> authenticationMethods(String value) {
        Set<String> known = Set.of("password", "md5", "gss", "sspi", "scram-sha-256", "none", "");
        for (String method : value.split(",", -1)) {
            String name = method.strip();
            if (!known.contains(name.startsWith("!") ? name.substring(1) : name)) {
                return Optional.of(
                        "can hold password, md5, gss, sspi, scram-sha-256 and none, each with or without a !");
            }
        }
        return Optional.empty();
    }

    private static Function<String, Optional<String>> oneOf(String... values) {
        List<String> shown = new ArrayList<>(List.of(values));
        shown.remove("");
        return accept(List.of(values)::contains, "must be one of " + String.join(", ", shown));
    }

    private static Function<String, Optional<String>> only(String reason, String... values) {
        return accept(List.of(values)::contains, reason);
    }

    private static Function<String, Optional<String>> refused(String reason) {
        return value -> Optional.of(reason);
    }

    private static Function<String, Optional<String>> integer(int least) {
        return accept(value -> value.strip().matches("[0-9]{1,9}"), "must be a whole number, at least " + least);
    }

    private static Function<String, Optional<String>> accept(Predicate<String> accepted, String otherwise) {
        return value -> accepted.test(value) ? Optional.empty() : Optional.of(otherwise);
    }

    /** JDBC spellings (sslRootCert, connectTimeout) and slips of the pen. */
    private static String suggestion(String name) {
        return CHECKS.keySet().stream()
                .min(Comparator.comparingInt(known -> EditDistance.between(plain(known), plain(name))))
                .filter(known -> EditDistance.between(plain(known), plain(name)) <= 2)
                .map(known -> " (did you mean " + known + "?)")
                .orElse("; the names are those of libpq, as in sslmode, connect_timeout, application_name");
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
