package io.penstock.postgres.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.NonValidatingFactory.NonValidatingTM;

/** Builds the TLS context of one connection from its files. */
final class TlsContext {
    private TlsContext() {}

    static SSLContext create(TlsSettings settings) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(settings), trustManagers(settings), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java cannot set up TLS: " + e.getMessage(), e);
        }
    }

    private static KeyManager @Nullable [] keyManagers(TlsSettings settings)
            throws GeneralSecurityException, IOException {
        Path certificate = settings.certificate();
        Path key = settings.key();
        if (certificate == null || key == null) {
            return null;
        }
        List<X509Certificate> chain = certificates(certificate, "sslcert");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] inMemoryOnly = new char[0];
        store.setKeyEntry(
                "client",
                PrivateKeys.read(key, settings.keyPassword()),
                inMemoryOnly,
                chain.toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, inMemoryOnly);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trustManagers(TlsSettings settings) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        switch (settings.trust()) {
            case ANYBODY -> {
                return new TrustManager[] {new NonValidatingTM()};
            }
            case SYSTEM -> factory.init((KeyStore) null);
            case ROOTS -> factory.init(new CertPathTrustManagerParameters(anchors(settings.roots())));
        }
        return factory.getTrustManagers();
    }

    private static PKIXBuilderParameters anchors(@Nullable Path roots) throws GeneralSecurityException {
        if (roots == null) {
            throw new IllegalStateException("trust in roots without a file of them");
        }
        Set<TrustAnchor> anchors = new HashSet<>();
        certificates(roots, "sslrootcert").forEach(root -> anchors.add(new TrustAnchor(root, null)));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, null);
        // As libpq, which looks at revocation lists only when it is given some.
        parameters.setRevocationEnabled(false);
        return parameters;
    }

    private static List<X509Certificate> certificates(Path path, String parameter) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemFile.Block block : PemFile.read(path, parameter).blocks()) {
            if (block.label().isEmpty() || block.label().endsWith("CERTIFICATE")) {
                certificates.add(certificate(factory, block, path, parameter));
            }
        }
        if (certificates.isEmpty()) {
            throw PemFile.unusable(path, parameter, "holds no certificate");
        }
        return certificates;
    }

    private static X509Certificate certificate(
            CertificateFactory factory, PemFile.Block block, Path path, String parameter) {
        try {
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der()));
        } catch (CertificateException e) {
            throw PemFile.unusable(path, parameter, "holds a certificate that cannot be read");
        }
    }
}
