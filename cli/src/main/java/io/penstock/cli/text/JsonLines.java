package io.penstock.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.Map;

/** One JSON object per line. Any thread. */
public final class JsonLines {
    private final ObjectMapper mapper = new ObjectMapper();
    private final PrintStream out;

    public JsonLines(PrintStream out) {
        this.out = out;
    }

    public void print(Map<String, ?> object) {
        try {
            out.println(mapper.writeValueAsString(object));
            out.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of numbers, text and lists are always writable", e);
        }
    }
}
