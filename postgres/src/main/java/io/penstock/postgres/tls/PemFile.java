package io.penstock.postgres.tls;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a PEM file (RFC 7468); a file without any is one DER block. Its text may lie between and around the blocks. */
record PemFile(Path path, List<Block> blocks) {
    /**
     * One block; never compared.
     *
     * @param label as in BEGIN label; empty for DER
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Block(String label, byte[] der) {}

    /** Files of keys and certificates are small; anything larger is a mistake, and not worth the memory. */
    private static final long MAX_BYTES = 4L << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    static PemFile read(Path path, String parameter) {
        byte[] bytes = bytes(path, parameter);
        Matcher matcher = BLOCK.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        List<Block> blocks = new ArrayList<>();
        while (matcher.find()) {
            if (matcher.group(2).contains("ENCRYPTED")) {
                throw unusable(
                        path,
                        parameter,
                        "is encrypted in OpenSSL's old way; convert it with: openssl pkcs8 -topk8 -in KEY -out NEWKEY");
            }
            blocks.add(new Block(matcher.group(1), decode(matcher.group(2), path, parameter)));
        }
        return new PemFile(path, blocks.isEmpty() ? List.of(new Block("", bytes)) : List.copyOf(blocks));
    }

    static PenstockException unusable(Path path, String parameter, String problem) {
        return new PenstockException(ErrorKind.USAGE, "The file " + path + " of " + parameter + " " + problem + ".");
    }

    private static byte[] bytes(Path path, String parameter) {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw unusable(path, parameter, "is too large to be a key or a certificate");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw unusable(path, parameter, "cannot be read; check that it exists and that this user may read it");
        }
    }

    private static byte[] decode(String body, Path path, String parameter) {
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw unusable(path, parameter, "is damaged: its text is not Base64");
        }
    }
}
