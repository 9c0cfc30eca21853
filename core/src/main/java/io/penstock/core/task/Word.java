package io.penstock.core.task;

import java.util.Locale;

/** A constant with the word that stands for it in the task file. Implemented by enums only. */
public interface Word {
    String name();

    /** The word in the file: the constant's name in lower case. */
    default String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
