package io.penstock.destination.dialect;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.postgres.server.ServerFacts;

/** One kind and version of destination. Text and answers only, no connection. Immutable, any thread. */
public interface Dialect {
    /** As it reads in a sentence: {@code PostgreSQL 15.4}. */
    String describe();

    boolean can(Feature feature);

    /** A name as it must stand in a statement. */
    String quote(String name);

    default String quote(QualifiedName name) {
        return quote(name.schema()) + '.' + quote(name.table());
    }

    /**
     * The dialect a server needs.
     *
     * @throws PenstockException NOT_YET for a kind this version cannot write to
     */
    static Dialect of(ServerFacts facts) {
        return switch (facts.family()) {
            case POSTGRESQL, POLARDB -> new PostgresDialect(facts.version());
            case GREENPLUM, CLOUDBERRY, ANALYTICDB ->
                throw new PenstockException(
                        ErrorKind.NOT_YET,
                        "The destination is a " + facts.family()
                                + " server; this version of Penstock writes to PostgreSQL only.");
        };
    }
}
