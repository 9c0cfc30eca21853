package io.penstock.postgres.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.error.PenstockException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivateKeysTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"RSA, 2048, RSA", "EC, 256, EC", "EC, 521, EC", "Ed25519, 255, EdDSA"})
    void plain_keys_of_every_kind_are_read_as_pem_and_der(String kind, int bits, String algorithm)
            throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        if (!kind.equals("Ed25519")) {
            generator.initialize(bits);
        }
        KeyPair pair = generator.generateKeyPair();
        byte[] der = pair.getPrivate().getEncoded();
        String pem = "some text\n-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(der) + "\n-----END PRIVATE KEY-----\n";

        assertThat(PrivateKeys.read(Files.writeString(folder.resolve("key"), pem), ""))
                .isEqualTo(pair.getPrivate());
        assertThat(PrivateKeys.read(Files.write(folder.resolve("der"), der), "").getAlgorithm())
                .isEqualTo(algorithm);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "genrsa -traditional -out PLAIN 2048 | rsa -in PLAIN -traditional -out CONVERTED",
                "ecparam -name prime256v1 -genkey -out PLAIN | ec -in PLAIN -out CONVERTED",
                "ecparam -name secp384r1 -genkey -noout -out PLAIN | ec -in PLAIN -out CONVERTED",
                "genrsa -out PLAIN 2048 | pkcs8 -topk8 -in PLAIN -passout pass:geheim -out CONVERTED",
                "genrsa -out PLAIN 2048 | pkcs8 -topk8 -v2 aes-256-cbc -in PLAIN -passout pass:geheim -out CONVERTED",
                "genrsa -out PLAIN 2048 | pkcs8 -topk8 -outform DER -in PLAIN -passout pass:geheim -out CONVERTED",
            })
    void keys_that_openssl_writes_are_read(String generate, String convert) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not on this machine");
        openssl(generate);
        openssl(convert);

        assertThat(PrivateKeys.read(folder.resolve("CONVERTED"), "geheim").getEncoded())
                .isEqualTo(PrivateKeys.read(folder.resolve("PLAIN"), "").getEncoded());
    }

    @Test
    void what_cannot_be_read_is_said() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not on this machine");
        openssl("genrsa -out PLAIN 2048");
        openssl("pkcs8 -topk8 -in PLAIN -passout pass:geheim -out CONVERTED");
        openssl("rsa -in PLAIN -traditional -aes128 -passout pass:geheim -out OLD");

        assertUnusable("CONVERTED", "", "give its password as sslpassword");
        assertUnusable("CONVERTED", "falsch", "check sslpassword");
        assertUnusable("OLD", "geheim", "openssl pkcs8 -topk8");
        assertUnusable("NONE", "", "cannot be read");
        Files.writeString(folder.resolve("TEXT"), "nothing");
        assertUnusable("TEXT", "", "holds no private key");
    }

    private void assertUnusable(String file, String password, String problem) {
        assertThatThrownBy(() -> PrivateKeys.read(folder.resolve(file), password))
                .isInstanceOf(PenstockException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("geheim");
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ")));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
