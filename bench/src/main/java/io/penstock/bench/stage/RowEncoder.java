package io.penstock.bench.stage;

import java.sql.SQLException;

/** The shipped encoder of COPY data, which only the wiring may name. One thread. */
public interface RowEncoder {
    void row(byte[] message, int tuple) throws SQLException;
}
