package io.hydrabeam.pipelines.image;

import java.nio.charset.StandardCharsets;

/** Says what a file seems to be that is no supported image. */
public final class FileSignature {
  private static final int SHOWN_BYTES = 8;

  private FileSignature() {}

  /** Whether a file begins with some ASCII characters. */
  public static boolean startsWith(byte[] file, String signature) {
    return new String(
            file, 0, Math.min(file.length, signature.length()), StandardCharsets.ISO_8859_1)
        .equals(signature);
  }

  static String describe(byte[] file) {
    String start = new String(file, 0, Math.min(file.length, 16), StandardCharsets.ISO_8859_1);
    if (start.startsWith("GIF8")) {
      return "a GIF's signature";
    }
    if (start.startsWith("BM")) {
      return "a BMP's signature";
    }
    if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
      return "a TIFF's signature";
    }
    if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return "a WebP's signature";
    }
    if (start.chars().allMatch(c -> (c >= ' ' && c < 127) || c == '\n' || c == '\r' || c == '\t')) {
      return "text";
    }
    StringBuilder hex = new StringBuilder("the bytes");
    for (int i = 0; i < Math.min(file.length, SHOWN_BYTES); i++) {
      hex.append(" %02x".formatted(file[i] & 0xff));
    }
    return hex.toString();
  }
}
