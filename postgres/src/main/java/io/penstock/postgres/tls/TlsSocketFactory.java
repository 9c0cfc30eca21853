package io.penstock.postgres.tls;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Properties;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.postgresql.ssl.WrappedFactory;

/** Public, and with this constructor, because the driver creates it by its name; {@link TlsSettings} travel in the properties. */
public final class TlsSocketFactory extends WrappedFactory {
    /** The oldest that libpq 14 and later speak unless told otherwise. */
    private static final String OLDEST = "TLSv1.2";

    private static final String NEWEST = "TLSv1.3";

    private final TlsSettings settings;

    public TlsSocketFactory(Properties properties) {
        settings = TlsSettings.load(properties);
        factory = TlsContext.create(settings).getSocketFactory();
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        SSLSocket tls = (SSLSocket) super.createSocket(socket, host, port, autoClose);
        String oldest = settings.minProtocol().isEmpty() ? OLDEST : settings.minProtocol();
        String newest = settings.maxProtocol().isEmpty() ? NEWEST : settings.maxProtocol();
        tls.setEnabledProtocols(Arrays.stream(new String[] {OLDEST, NEWEST})
                .filter(version -> version.compareTo(oldest) >= 0 && version.compareTo(newest) <= 0)
                .toArray(String[]::new));
        if (settings.checkHost()) {
            // The driver checks the name, too, but only after the handshake and with an error that looks like a lost
            // connection.
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
        }
        return tls;
    }
}
