package io.penstock.bench.micro;

import org.openjdk.jmh.infra.Blackhole;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.ByteStreamWriter;

/** A COPY that goes nowhere. */
record DiscardedCopy(Blackhole nowhere) implements CopyIn {
    @Override
    public void writeToCopy(byte[] bytes, int offset, int length) {
        nowhere.consume(bytes);
    }

    @Override
    public void writeToCopy(ByteStreamWriter from) {
        nowhere.consume(from);
    }

    @Override
    public void flushCopy() {
        // Nothing is kept.
    }

    @Override
    public long endCopy() {
        return 0;
    }

    @Override
    public int getFieldCount() {
        return 0;
    }

    @Override
    public int getFormat() {
        return 0;
    }

    @Override
    public int getFieldFormat(int field) {
        return 0;
    }

    @Override
    public boolean isActive() {
        return true;
    }

    @Override
    public void cancelCopy() {
        // Nothing is open.
    }

    @Override
    public long getHandledRowCount() {
        return 0;
    }
}
