package io.penstock.destination.apply;

import io.penstock.destination.apply.MergePlanner.Search;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;

/**
 * Tells Greenplum's planner how to look for rows: by itself it reads the whole table for a handful of keys. A setting costs a round trip to
 * every segment, so it stays until another is wanted. One thread.
 */
final class SearchMode {
    private static final String INDEX = """
            set enable_nestloop to on; set enable_seqscan to off;
            set enable_hashjoin to off; set enable_mergejoin to off""";
    private static final String SCAN = """
            set enable_nestloop to off; set enable_seqscan to on;
            set enable_hashjoin to on; set enable_mergejoin to off""";

    private final BaseConnection connection;
    private Search now = Search.PLANNER;

    SearchMode(BaseConnection connection) {
        this.connection = connection;
    }

    void use(Search search) throws SQLException {
        if (search == now || search == Search.PLANNER) {
            return;
        }
        ApplySession.execute(connection, search == Search.INDEX ? INDEX : SCAN);
        now = search;
    }
}
