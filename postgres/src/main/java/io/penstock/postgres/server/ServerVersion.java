package io.penstock.postgres.server;

/**
 * PostgreSQL's version number as the server gives it: 150004 for 15.4, 90426 for 9.4.26. Greenplum 6 says 9.4, Greenplum 7 says 12.
 */
public record ServerVersion(int number) implements Comparable<ServerVersion> {
    /** 15 for 15.4; 9 for 9.4.26. */
    public int major() {
        return number / 10_000;
    }

    public boolean atLeast(int major) {
        return number >= major * 10_000;
    }

    @Override
    public int compareTo(ServerVersion other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return number >= 100_000
                ? major() + "." + number % 10_000
                : major() + "." + number / 100 % 100 + "." + number % 100;
    }
}
