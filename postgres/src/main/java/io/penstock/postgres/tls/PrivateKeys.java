package io.penstock.postgres.tls;

import io.penstock.core.error.PenstockException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Private keys in the forms that OpenSSL writes and libpq reads. The driver itself reads unencrypted PKCS-8 only, and of PEM only RSA;
 * here PKCS-1 (BEGIN RSA PRIVATE KEY), SEC1 (BEGIN EC PRIVATE KEY) and encrypted PKCS-8 work as well, for every kind of key.
 */
final class PrivateKeys {
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int CURVE_TAG = 0xa0;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    /** AlgorithmIdentifier rsaEncryption (1.2.840.113549.1.1.1) with NULL parameters, RFC 8017 A.1. */
    private static final byte[] RSA_IDENTIFIER = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    /** id-ecPublicKey (1.2.840.10045.2.1), RFC 5480. */
    private static final byte[] EC_OID = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};

    private PrivateKeys() {}

    /** @param password of an encrypted key; may be empty */
    static PrivateKey read(Path path, String password) {
        for (PemFile.Block block : PemFile.read(path, "sslkey").blocks()) {
            byte[] der = block.der();
            Optional<PrivateKey> key =
                    switch (block.label()) {
                        case "PRIVATE KEY" -> Optional.of(pkcs8(der, path));
                        case "RSA PRIVATE KEY" -> Optional.of(wrapped(RSA_IDENTIFIER, der, path));
                        case "EC PRIVATE KEY" -> Optional.of(wrapped(ecIdentifier(der, path), der, path));
                        case "ENCRYPTED PRIVATE KEY" -> Optional.of(encrypted(der, path, password));
                        case "" -> Optional.of(password.isEmpty() ? pkcs8(der, path) : encrypted(der, path, password));
                        // certificates and curve parameters often stand in the same file
                        default -> Optional.empty();
                    };
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw unreadable(path);
    }

    /** PKCS-8 (RFC 5208) is a wrapper around the older forms. */
    private static PrivateKey wrapped(byte[] identifier, byte[] der, Path path) {
        return pkcs8(sequence(VERSION_0, identifier, tagged(OCTETS, der)), path);
    }

    private static PenstockException unreadable(Path path) {
        return PemFile.unusable(
                path, "sslkey", "holds no private key that can be read (PKCS-8, PKCS-1 or SEC1, as PEM or DER)");
    }

    private static PrivateKey pkcs8(byte[] der, Path path) {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // a key of another algorithm: the next one is tried
            } catch (GeneralSecurityException e) {
                throw PemFile.unusable(path, "sslkey", "needs " + algorithm + " keys, which this Java does not have");
            }
        }
        throw unreadable(path);
    }

    private static PrivateKey encrypted(byte[] der, Path path, String password) {
        if (password.isEmpty()) {
            throw PemFile.unusable(path, "sslkey", "is encrypted; give its password as sslpassword");
        }
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
            // For PBES2 the parameters know the whole name of the scheme, the algorithm name does not.
            String scheme =
                    info.getAlgName().equals("PBES2") || info.getAlgName().equals("1.2.840.113549.1.5.13")
                            ? info.getAlgParameters().toString()
                            : info.getAlgName();
            Cipher cipher = Cipher.getInstance(scheme);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password.toCharArray())),
                    info.getAlgParameters());
            return pkcs8(info.getKeySpec(cipher).getEncoded(), path);
        } catch (IOException | GeneralSecurityException e) {
            throw PemFile.unusable(path, "sslkey", "cannot be decrypted; check sslpassword");
        }
    }

    /** RFC 5915: sequence of version, key octets, [0] curve, [1] public key. */
    private static byte[] ecIdentifier(byte[] sec1, Path path) {
        try {
            int position = contentOf(sec1, 0);
            position = next(sec1, position);
            position = next(sec1, position);
            if ((sec1[position] & 0xff) == CURVE_TAG) {
                return sequence(EC_OID, Arrays.copyOfRange(sec1, contentOf(sec1, position), next(sec1, position)));
            }
        } catch (IndexOutOfBoundsException e) {
            throw PemFile.unusable(path, "sslkey", "is damaged");
        }
        throw PemFile.unusable(
                path, "sslkey", "does not name its curve; convert it with: openssl pkcs8 -topk8 -nocrypt");
    }

    private static int next(byte[] der, int position) {
        int content = contentOf(der, position);
        return content + length(der, position);
    }

    private static int contentOf(byte[] der, int position) {
        int first = der[position + 1] & 0xff;
        return position + 2 + (first < 0x80 ? 0 : first - 0x80);
    }

    private static int length(byte[] der, int position) {
        int first = der[position + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < first - 0x80; i++) {
            length = (length << 8) | (der[position + 2 + i] & 0xff);
        }
        return length;
    }

    private static byte[] sequence(byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        return tagged(SEQUENCE, content.toByteArray());
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        // DER wants the shortest form of a length.
        int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(content.length) + 7) / 8;
        if (content.length >= 0x80) {
            out.write(0x80 | bytes);
        }
        for (int shift = 8 * Math.max(bytes - 1, 0); shift >= 0; shift -= 8) {
            out.write(content.length >> shift);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
