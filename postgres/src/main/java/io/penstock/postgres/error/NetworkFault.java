package io.penstock.postgres.error;

import io.penstock.core.error.ErrorKind;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** A failure below SQL, told by the exceptions that caused the driver's; the first line that fits one of them counts. */
record NetworkFault(Predicate<Throwable> fits, ErrorKind kind, String reason, String remedy) {
    /** Causes may form a circle. */
    private static final int MAX_CAUSES = 20;

    private static final String CERTIFICATES =
            "Check sslmode, sslrootcert (the authority that signed the server's certificate), sslcert and sslkey of the URL.";

    private static final String CERTIFICATE_REASON = "the server's certificate is not trusted for this host";

    private static final List<NetworkFault> TABLE = List.of(
            new NetworkFault(
                    UnknownHostException.class::isInstance,
                    ErrorKind.CONNECTION,
                    "the host name is not known",
                    "Check the host in the URL, and the name service of this machine."),
            new NetworkFault(
                    NoRouteToHostException.class::isInstance,
                    ErrorKind.CONNECTION,
                    "there is no route to the host",
                    "Check the host in the URL, the network and its firewalls."),
            new NetworkFault(
                    ConnectException.class::isInstance,
                    ErrorKind.CONNECTION,
                    "nothing accepts connections there",
                    "Check host and port, that the server runs, that its listen_addresses takes connections from elsewhere, and"
                            + " firewalls."),
            new NetworkFault(
                    SocketTimeoutException.class::isInstance,
                    ErrorKind.CONNECTION,
                    "there was no answer in time",
                    "Check host and port and firewalls, or raise connect_timeout in the URL."),
            // Before certificates: a peer that goes away in the middle of a handshake says nothing about them.
            new NetworkFault(
                    cause -> cause instanceof EOFException || cause instanceof SocketException,
                    ErrorKind.CONNECTION,
                    "the connection was lost",
                    "Check that the server runs and what its log says; the connection is tried again by itself."),
            new NetworkFault(
                    GeneralSecurityException.class::isInstance, ErrorKind.LOGIN, CERTIFICATE_REASON, CERTIFICATES),
            new NetworkFault(
                    SSLHandshakeException.class::isInstance,
                    ErrorKind.LOGIN,
                    "the TLS handshake was refused",
                    CERTIFICATES),
            new NetworkFault(
                    SSLException.class::isInstance, ErrorKind.CONNECTION, "the TLS connection failed", CERTIFICATES));

    static Optional<NetworkFault> of(Throwable exception) {
        for (NetworkFault fault : TABLE) {
            Throwable cause = exception;
            for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
                if (fault.fits.test(cause)) {
                    return Optional.of(fault.explainedBy(cause));
                }
                cause = cause.getCause();
            }
        }
        return Optional.empty();
    }

    /** What is wrong with a certificate is known to nobody but the one who looked at it; its words hold no secret. */
    private NetworkFault explainedBy(Throwable cause) {
        boolean certificate = reason.equals(CERTIFICATE_REASON) && cause.getMessage() != null;
        return certificate ? new NetworkFault(fits, kind, reason + " (" + cause.getMessage() + ")", remedy) : this;
    }
}
