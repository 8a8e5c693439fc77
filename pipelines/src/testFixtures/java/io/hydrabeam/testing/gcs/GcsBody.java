package io.hydrabeam.testing.gcs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * A block of headers with contents, as in multipart bodies.
 *
 * @param headers by lower case name
 */
record GcsBody(Map<String, String> headers, byte[] contents) {

  /** The parts of a multipart body. */
  static List<GcsBody> parts(String contentType, byte[] body) {
    String boundary = "--" + contentType.replaceFirst("(?s).*boundary=\"?([^\";]+)\"?.*", "$1");
    // One character a byte, so that nothing changes.
    String text = new String(body, StandardCharsets.ISO_8859_1);
    List<GcsBody> parts = new ArrayList<>();
    int at = text.indexOf(boundary);
    while (at >= 0 && !text.startsWith("--", at + boundary.length())) {
      int start = text.indexOf("\r\n", at) + 2;
      int end = text.indexOf("\r\n" + boundary, start);
      parts.add(of(text.substring(start, end)));
      at = end + 2;
    }
    return parts;
  }

  /** Headers, an empty line, contents. */
  static GcsBody of(String text) {
    int end = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n");
    Map<String, String> headers = new TreeMap<>();
    int contentsAt = end < 0 ? text.length() : end == 0 ? 2 : end + 4;
    for (String line : text.substring(0, end < 0 ? text.length() : end).split("\r\n")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    byte[] contents = text.substring(contentsAt).getBytes(StandardCharsets.ISO_8859_1);
    return new GcsBody(headers, contents).unzipped();
  }

  /** Clients may compress what they send. */
  GcsBody unzipped() {
    if (!"gzip".equals(headers.get("content-encoding"))) {
      return this;
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(contents))) {
      return new GcsBody(headers, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String text() {
    return new String(contents, StandardCharsets.UTF_8);
  }
}
