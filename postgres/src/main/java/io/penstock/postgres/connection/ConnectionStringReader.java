package io.penstock.postgres.connection;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Splits a connection string into libpq keywords and values, as the PostgreSQL documentation says in "Connection Strings"
 * (libpq-connect). The last value of a keyword wins. Messages never quote the text: a password whose special characters are not
 * percent-encoded ends up in any part of it.
 */
final class ConnectionStringReader {
    private static final String ENCODE_HINT =
            "If the password holds one of the characters @ : / ? & % they must be percent-encoded (@ is %40, / is %2F), or give"
                    + " the password under its own key.";

    private static final Set<String> SECRETS = Set.of("password", "sslpassword");

    private final Map<String, String> keywords = new LinkedHashMap<>();
    private boolean listHoldsSecret;

    /** @param listHoldsSecret whether a password stands among name=value pairs, so that a piece of it may look like a name */
    record Keywords(Map<String, String> values, boolean listHoldsSecret) {}

    private ConnectionStringReader() {}

    static Keywords read(String text) {
        ConnectionStringReader reader = new ConnectionStringReader();
        if (text.startsWith("postgresql://")) {
            reader.readUri(text.substring("postgresql://".length()));
        } else if (text.startsWith("postgres://")) {
            reader.readUri(text.substring("postgres://".length()));
        } else if (text.startsWith("jdbc:")) {
            throw invalid(
                    "it is a JDBC URL. Write it as libpq does: postgresql://user@host:5432/database?sslmode=require");
        } else if (text.indexOf('=') > 0 && !text.contains("://")) {
            reader.readPairs(text);
        } else {
            throw invalid(
                    "it must begin with postgresql://, as in postgresql://user@host:5432/database?sslmode=require");
        }
        return new Keywords(reader.keywords, reader.listHoldsSecret);
    }

    static PenstockException invalid(String problem) {
        return new PenstockException(ErrorKind.USAGE, "The connection URL cannot be used: " + problem);
    }

    private void readUri(String text) {
        int at = indexOfAny(text, "@/", 0);
        int hostsFrom = 0;
        if (at < text.length() && text.charAt(at) == '@') {
            readCredentials(text.substring(0, at));
            hostsFrom = at + 1;
        }
        int hostsTo = indexOfAny(text, "/?", hostsFrom);
        readHosts(text.substring(hostsFrom, hostsTo));
        int question = text.indexOf('?', hostsTo);
        if (hostsTo < text.length() && text.charAt(hostsTo) == '/') {
            readDatabase(text.substring(hostsTo + 1, question < 0 ? text.length() : question));
        }
        if (question >= 0) {
            readParameters(text.substring(question + 1));
        }
    }

    private void readCredentials(String text) {
        int colon = text.indexOf(':');
        putIfGiven("user", decode(colon < 0 ? text : text.substring(0, colon)));
        if (colon >= 0) {
            putIfGiven("password", decode(text.substring(colon + 1)));
        }
    }

    private void readHosts(String text) {
        if (text.indexOf('@') >= 0) {
            throw invalid("there is more than one @ before the database name. " + ENCODE_HINT);
        }
        List<String> hosts = new ArrayList<>();
        List<String> ports = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int hostEnd = endOfHost(part);
            String host = part.startsWith("[") ? part.substring(1, hostEnd - 1) : part.substring(0, hostEnd);
            hosts.add(decode(host));
            ports.add(hostEnd == part.length() ? "" : decode(part.substring(hostEnd + 1)));
        }
        putIfGiven("host", String.join(",", hosts));
        if (ports.stream().anyMatch(port -> !port.isEmpty())) {
            keywords.put("port", String.join(",", ports));
        }
    }

    private static int endOfHost(String part) {
        if (!part.startsWith("[")) {
            return indexOfAny(part, ":", 0);
        }
        int close = part.indexOf(']');
        if (close < 0) {
            throw invalid("the ] after an IPv6 address is missing.");
        }
        if (close == 1) {
            throw invalid("the IPv6 address between [ and ] is empty.");
        }
        if (close + 1 < part.length() && part.charAt(close + 1) != ':') {
            throw invalid("after the ] of an IPv6 address only :port may follow.");
        }
        return close + 1;
    }

    private void readDatabase(String text) {
        if (text.indexOf('@') >= 0 || text.indexOf('/') >= 0) {
            throw invalid("the database name holds an @ or a / that is not percent-encoded. " + ENCODE_HINT);
        }
        putIfGiven("dbname", decode(text));
    }

    private void readParameters(String text) {
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0 || pair.indexOf('=', equals + 1) >= 0) {
                throw invalid(
                        "after the ? every parameter is name=value, parted by & (an = inside a value is written %3D).");
            }
            String name = decode(pair.substring(0, equals));
            String value = decode(pair.substring(equals + 1));
            // libpq: "for compatibility with JDBC connection URIs, ssl=true is translated into sslmode=require"
            if (name.equals("ssl") && value.equals("true")) {
                keywords.put("sslmode", "require");
            } else {
                putOfList(name, value);
            }
        }
    }

    private void putIfGiven(String keyword, String value) {
        if (!value.isEmpty()) {
            keywords.put(keyword, value);
        }
    }

    private void putOfList(String name, String value) {
        // With a raw / in the password the rest of it, up to its @, ends up behind the question mark.
        listHoldsSecret |= SECRETS.contains(name) || value.indexOf('@') >= 0;
        keywords.put(name, value);
    }

    private void readPairs(String text) {
        int position = skipSpaces(text, 0);
        while (position < text.length()) {
            int equals = text.indexOf('=', position);
            if (equals < 0) {
                throw invalid("a = is missing after a name in its name=value list.");
            }
            String name = text.substring(position, equals).strip();
            position = readValue(text, skipSpaces(text, equals + 1), name);
            position = skipSpaces(text, position);
        }
    }

    /** Returns the position after the value. */
    private int readValue(String text, int from, String name) {
        boolean quoted = from < text.length() && text.charAt(from) == '\'';
        StringBuilder value = new StringBuilder();
        int position = quoted ? from + 1 : from;
        while (position < text.length() && !endsValue(text.charAt(position), quoted)) {
            if (text.charAt(position) == '\\' && position + 1 < text.length()) {
                position++;
            }
            value.append(text.charAt(position++));
        }
        if (quoted && position >= text.length()) {
            throw invalid("the closing quote of a value in its name=value list is missing.");
        }
        putOfList(name, value.toString());
        return quoted ? position + 1 : position;
    }

    private static boolean endsValue(char c, boolean quoted) {
        return quoted ? c == '\'' : Character.isWhitespace(c);
    }

    private static int skipSpaces(String text, int from) {
        int position = from;
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
        return position;
    }

    private static int indexOfAny(String text, String characters, int from) {
        int position = from;
        while (position < text.length() && characters.indexOf(text.charAt(position)) < 0) {
            position++;
        }
        return position;
    }

    private static String decode(String text) {
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out.put(in[i]);
                continue;
            }
            out.put(decodedByte(in, i));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
        } catch (CharacterCodingException e) {
            // Without a cause: it says nothing more.
            throw invalid("its percent-encoded bytes are not UTF-8.");
        }
    }

    private static byte decodedByte(byte[] in, int percent) {
        int high = percent + 2 < in.length ? Character.digit(in[percent + 1], 16) : -1;
        int low = percent + 2 < in.length ? Character.digit(in[percent + 2], 16) : -1;
        if (high < 0 || low < 0) {
            throw invalid("a % is not followed by two hexadecimal digits; a % itself is written %25. " + ENCODE_HINT);
        }
        if (high + low == 0) {
            throw invalid("the byte %00 is not allowed.");
        }
        return (byte) (high << 4 | low);
    }
}
