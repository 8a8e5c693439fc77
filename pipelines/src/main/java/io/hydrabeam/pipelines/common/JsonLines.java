package io.hydrabeam.pipelines.common;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages as JSON, a line for each: lists of jobs and of failures. */
public final class JsonLines {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace().sortingMapKeys();

  private JsonLines() {}

  /** Writes all messages, in order. */
  public static void write(OutputStream out, List<? extends Message> messages) throws IOException {
    for (Message message : messages) {
      out.write((PRINTER.print(message) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}
