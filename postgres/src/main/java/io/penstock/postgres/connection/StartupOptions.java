package io.penstock.postgres.connection;

import java.util.Map;

/** The {@code options} of a startup packet ("Startup Message", protocol documentation): like a command line, the last one wins. */
final class StartupOptions {
    private StartupOptions() {}

    /** The user's options come first, so that ours win. */
    static String text(String userOptions, Map<String, String> settings) {
        StringBuilder text = new StringBuilder(userOptions);
        settings.forEach((name, value) -> {
            if (isSentAsOption(name)) {
                text.append(text.length() == 0 ? "" : " ")
                        .append("-c ")
                        .append(name)
                        .append('=')
                        .append(escape(value));
            }
        });
        return text.toString();
    }

    /** The driver sends its own values of these beside the options, and the server takes those as the later ones. */
    static boolean isSentAsOption(String name) {
        return !name.equals("TimeZone") && !name.equals("DateStyle") && !name.equals("client_encoding");
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace(" ", "\\ ");
    }
}
