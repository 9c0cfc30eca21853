package io.penstock.cli.verb;

import io.penstock.core.lsn.Lsn;
import io.penstock.engine.stream.Until;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code caught-up} or a position. */
final class UntilConverter implements ITypeConverter<Until> {
    @Override
    public Until convert(String text) {
        if (text.equals("caught-up")) {
            return Until.CAUGHT_UP;
        }
        try {
            return Until.position(Lsn.parse(text));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("\"" + text + "\" is neither caught-up nor an LSN like 16/B374D848");
        }
    }
}
