package io.penstock.testkit;

import java.sql.Connection;
import java.sql.SQLException;

/** A server on which tests make databases of their own. */
public interface DatabaseServer {
    /** The address in libpq's form. */
    String url(String database);

    Connection connect(String database) throws SQLException;

    /** Runs statements one by one, each committed on its own. */
    void execute(String database, String... statements) throws SQLException;

    /** Creates an empty database with a name nobody else has on this server, so that tests can share servers; returns the name. */
    String newDatabase(String prefix) throws SQLException;

    /** Removes a database that {@link #newDatabase} made, where it would stay otherwise. */
    void dropDatabase(String name) throws SQLException;
}
