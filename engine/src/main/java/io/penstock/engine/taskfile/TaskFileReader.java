package io.penstock.engine.taskfile;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.task.TaskSpec;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads task files. Whatever is wrong is told at once: the message of the {@link ErrorKind#USAGE} exception has one line per
 * problem, such as {@code line 12: incremental.lanes: must be a whole number from 1 to 64, but is "many"}. Stateless; may be used
 * from any thread.
 */
public final class TaskFileReader {
    /** A task file with settings for ten thousand tables is far smaller. */
    private static final long MAX_FILE_BYTES = 16L << 20;

    private TaskFileReader() {}

    /** Reads a file, with the environment of this process; relative {@code ${file:}} paths start at the file's directory. */
    public static TaskSpec read(Path file) {
        Path directory = file.toAbsolutePath().normalize().getParent();
        return read(content(file), directory == null ? Path.of("/") : directory, System.getenv());
    }

    /** Reads a text. */
    public static TaskSpec read(String text, Path baseDirectory, Map<String, String> env) {
        Reading reading = new Reading();
        @Nullable TaskSpec task = null;
        Optional<Node> root = new NodeReader(reading).read(text);
        if (root.isPresent()) {
            Node node = new Substitution(baseDirectory, env, reading).apply(root.get(), "");
            task = TaskKeys.file(reading.lines()).read(node, "", reading);
        }
        if (task == null || reading.problemCount() > 0) {
            throw new PenstockException(ErrorKind.USAGE, reading.message());
        }
        return task;
    }

    private static String content(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new PenstockException(ErrorKind.USAGE, "task file " + file + " is larger than 16 MB");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new PenstockException(ErrorKind.USAGE, "task file " + file + " cannot be read: " + reason(file, e), e);
        }
    }

    private static String reason(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "it does not exist";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (Files.isDirectory(file)) {
            return "it is a directory";
        }
        return e instanceof CharacterCodingException ? "it is not UTF-8" : String.valueOf(e.getMessage());
    }
}
