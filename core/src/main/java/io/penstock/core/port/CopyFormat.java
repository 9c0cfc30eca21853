package io.penstock.core.port;

/** The format in which COPY data travels from end to end; nobody on the way looks inside. */
public enum CopyFormat {
    TEXT,
    BINARY
}
