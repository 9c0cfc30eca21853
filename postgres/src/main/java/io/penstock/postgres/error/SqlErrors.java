package io.penstock.postgres.error;

import io.penstock.core.error.PenstockException;
import java.sql.SQLException;

/** Turns the driver's exceptions into Penstock's. */
public final class SqlErrors {
    private SqlErrors() {}

    /** @param operation what was tried, as it reads in a sentence: "read the catalog", "copy public.orders" */
    public static PenstockException wrap(SQLException e, String operation) {
        throw new UnsupportedOperationException();
    }

    /** @param endpoint where, without secrets: {@code db1:5432/shop} */
    public static PenstockException wrap(SQLException e, String operation, String endpoint) {
        throw new UnsupportedOperationException();
    }
}
