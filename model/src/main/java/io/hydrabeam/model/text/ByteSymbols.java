package io.hydrabeam.model.text;

import java.nio.charset.StandardCharsets;

/**
 * A printable character for every byte, so that vocabularies are plain text: printable bytes of
 * Latin-1 stand for themselves, the others for the characters from 256 on.
 */
final class ByteSymbols {

  static final int COUNT = 256;

  private static final String[] OF_BYTE = new String[COUNT];

  private static final String[] IN_ORDER = new String[COUNT];

  static {
    int printable = 0;
    for (int b = 0; b < COUNT; b++) {
      if (isPrintable(b)) {
        OF_BYTE[b] = Character.toString(b);
        IN_ORDER[printable++] = OF_BYTE[b];
      }
    }
    int other = 0;
    for (int b = 0; b < COUNT; b++) {
      if (!isPrintable(b)) {
        OF_BYTE[b] = Character.toString(COUNT + other);
        IN_ORDER[printable + other++] = OF_BYTE[b];
      }
    }
  }

  private ByteSymbols() {}

  /** The symbols of a text's UTF-8 bytes. */
  static String[] of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String[] symbols = new String[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      symbols[i] = OF_BYTE[bytes[i] & 0xff];
    }
    return symbols;
  }

  /** The symbols in the order of their token ids. */
  static String inOrder(int i) {
    return IN_ORDER[i];
  }

  /** All but control characters, blanks and the soft hyphen. */
  private static boolean isPrintable(int b) {
    return (b > ' ' && b < 0x7f) || (b > 0xa0 && b != 0xad);
  }
}
