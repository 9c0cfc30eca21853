package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the text of {@code format_type} apart. Pure. */
final class TypeName {
    private static final String PART = "(?:\"(?:[^\"]|\"\")+\"|[^\".(\\[]+)";
    private static final Pattern QUALIFIED =
            Pattern.compile("(" + PART + "\\." + PART + ")(?:\\([^)]*\\))?(?:\\[\\])*");
    private static final Pattern MODIFIER = Pattern.compile("\\(\\d[^)]*\\)");

    private TypeName() {}

    /** The name of a type outside {@code pg_catalog}, without modifier; that of the element for arrays. */
    static Optional<QualifiedName> qualified(String type) {
        Matcher matcher = QUALIFIED.matcher(type);
        return matcher.matches() ? Optional.of(QualifiedName.parse(matcher.group(1))) : Optional.empty();
    }

    /** Without modifier, which is checked by the type when a column is created; that of the element for arrays. */
    static String plain(String type) {
        return qualified(type)
                .map(QualifiedName::toString)
                .orElseGet(() -> MODIFIER.matcher(type).replaceFirst("").replace("[]", ""));
    }
}
