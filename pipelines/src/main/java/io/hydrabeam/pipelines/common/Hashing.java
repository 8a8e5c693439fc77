package io.hydrabeam.pipelines.common;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which identifies everything here: files, pixels, data sets, jobs. */
public final class Hashing {
  private Hashing() {}

  /** A fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Lower-case hex. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** SHA-256 of some bytes, lower-case hex. */
  public static String sha256Hex(byte[] bytes) {
    return hex(sha256().digest(bytes));
  }

  /** Adds a text so that no two sequences of texts are hashed alike: length first, then UTF-8. */
  public static void putText(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    putInt(digest, bytes.length);
    digest.update(bytes);
  }

  /** Adds four bytes, big-endian. */
  public static void putInt(MessageDigest digest, int value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      digest.update((byte) (value >>> shift));
    }
  }

  /** Adds eight bytes, big-endian. */
  public static void putLong(MessageDigest digest, long value) {
    putInt(digest, (int) (value >>> 32));
    putInt(digest, (int) value);
  }

  /** SHA-256 over texts in order, each with its length; lower-case hex. */
  public static String sha256Hex(Iterable<String> texts) {
    MessageDigest digest = sha256();
    texts.forEach(text -> putText(digest, text));
    return hex(digest.digest());
  }
}
