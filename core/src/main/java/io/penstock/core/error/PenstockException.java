package io.penstock.core.error;

/**
 * The only exception that crosses a port. The message is one short paragraph for a person: what, where, why, what to do. It never
 * holds row values, passwords or other secrets.
 */
public final class PenstockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final String text;

    public PenstockException(ErrorKind kind, String message) {
        super(message);
        this.kind = kind;
        this.text = message;
    }

    public PenstockException(ErrorKind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.text = message;
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return text;
    }

    public ErrorKind kind() {
        return kind;
    }
}
