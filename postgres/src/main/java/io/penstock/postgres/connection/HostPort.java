package io.penstock.postgres.connection;

/** One server address. An IPv6 address is held without its brackets. */
public record HostPort(String host, int port) {
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
