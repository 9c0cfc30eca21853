package io.penstock.postgres.connection;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks keywords and values and fills in libpq's defaults; every problem is named at once. */
final class ConnectionStringBuilder {
    private static final int DEFAULT_PORT = 5432;
    private static final int MAX_PORT = 65_535;
    private static final Set<String> ADDRESS = Set.of("host", "hostaddr", "port", "dbname", "user", "password");

    private final Map<String, String> keywords;
    private final List<String> problems = new ArrayList<>();

    private final boolean quotable;

    private ConnectionStringBuilder(ConnectionStringReader.Keywords read) {
        this.keywords = read.values();
        this.quotable = !read.listHoldsSecret();
    }

    static LibpqUri build(ConnectionStringReader.Keywords read) {
        return new ConnectionStringBuilder(read).build();
    }

    private LibpqUri build() {
        Map<String, String> parameters = new LinkedHashMap<>(keywords);
        parameters.keySet().removeAll(ADDRESS);
        parameters.forEach((name, value) -> problems.addAll(LibpqParameters.problems(name, value, quotable)));
        problems.addAll(LibpqParameters.contradictions(parameters, keywords.containsKey("hostaddr")));
        List<HostPort> hosts = hosts();
        if (!problems.isEmpty()) {
            throw ConnectionStringReader.invalid(String.join(" ", problems));
        }
        String user = valueOr("user", System.getProperty("user.name", ""));
        String database = valueOr("dbname", user);
        return new LibpqUri(hosts, database, user, keywords.get("password"), parameters);
    }

    private String valueOr(String keyword, String otherwise) {
        String value = keywords.getOrDefault(keyword, "");
        return value.isEmpty() ? otherwise : value;
    }

    private List<HostPort> hosts() {
        String[] names = valueOr("hostaddr", valueOr("host", "")).split(",", -1);
        String[] ports = valueOr("port", "").split(",", -1);
        if (ports.length != 1 && ports.length != names.length) {
            problems.add("It names " + names.length + " hosts but " + ports.length
                    + " ports; give one port, or one for each.");
            return List.of();
        }
        List<HostPort> hosts = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            hosts.add(new HostPort(host(names[i]), port(ports.length == 1 ? ports[0] : ports[i])));
        }
        return hosts;
    }

    private String host(String name) {
        if (name.startsWith("/") || name.startsWith("@")) {
            problems.add(
                    "A Unix-domain socket cannot be used, because the Java driver speaks TCP only; name the host (localhost) and"
                            + " let the server listen there (listen_addresses).");
        }
        // libpq would take the Unix-domain socket of this machine; localhost is the nearest that TCP has.
        return name.isEmpty() ? "localhost" : name;
    }

    private int port(String text) {
        if (text.isEmpty()) {
            return DEFAULT_PORT;
        }
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > MAX_PORT) {
            // Does not repeat the text: of a password with a raw / in it, the beginning stands here.
            problems.add(
                    "A port is not a number from 1 to 65535; if the password holds a / or a : it must be percent-encoded (%2F, %3A).");
        }
        return port;
    }
}
