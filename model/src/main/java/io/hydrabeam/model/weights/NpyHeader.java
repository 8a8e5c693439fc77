package io.hydrabeam.model.weights;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a NumPy array: magic, version, and a Python dictionary of exactly three keys. The
 * dictionary is matched against the form that NumPy writes; nothing of it is evaluated.
 *
 * @param columnMajor whether the first index varies fastest
 * @param bytes length of the header, where the data start
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record NpyHeader(ElementType type, int[] shape, boolean columnMajor, int bytes) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** NumPy itself refuses longer ones by default. */
  private static final int TEXT_MAX = 10_000;

  private static final int RANK_MAX = 32;

  /** Far more than {@link #RANK_MAX} sizes need. */
  private static final int SHAPE_TEXT_MAX = 400;

  private static final Pattern DICTIONARY =
      Pattern.compile(
          "\\{'descr': ?'([^']{1,40})', ?'fortran_order': ?(True|False), ?"
              + "'shape': ?\\(([0-9, ]*)\\),? ?\\}[ \\n]*");

  private static final Pattern EXTENTS =
      Pattern.compile("|[0-9]{1,10},|[0-9]{1,10}(, ?[0-9]{1,10})+,?");

  /**
   * Reads a header.
   *
   * @param what the array, for messages
   * @param in at the start of the array; left at its data
   */
  public static NpyHeader read(Path file, String what, InputStream in) throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(MAGIC, 0, 6, start, 0, 6)) {
      throw new WeightFileException(file, what + " is not a NumPy array");
    }
    int major = start[6];
    if (major < 1 || major > 3) {
      throw new WeightFileException(
          file, "%s has npy version %d; known are 1 to 3".formatted(what, major));
    }
    int lengthBytes = major == 1 ? 2 : 4;
    byte[] lengthField = in.readNBytes(lengthBytes);
    long length = lengthField.length < lengthBytes ? -1 : littleEndian(lengthField);
    if (length < 0 || length > TEXT_MAX) {
      throw new WeightFileException(
          file, "%s has a header of %d bytes (allowed: %d)".formatted(what, length, TEXT_MAX));
    }
    byte[] text = in.readNBytes((int) length);
    if (text.length < length) {
      throw new WeightFileException(file, what + " ends within its header");
    }
    return parse(
        file, what, new String(text, StandardCharsets.UTF_8), 8 + lengthBytes + text.length);
  }

  private static NpyHeader parse(Path file, String what, String text, int bytes)
      throws WeightFileException {
    Matcher matcher = DICTIONARY.matcher(text);
    if (!matcher.matches()) {
      throw new WeightFileException(
          file, "%s has an unusual header: %s".formatted(what, printable(text.strip())));
    }
    ElementType type = type(file, what, matcher.group(1));
    String extents = matcher.group(3).strip();
    if (extents.length() > SHAPE_TEXT_MAX || !EXTENTS.matcher(extents).matches()) {
      throw new WeightFileException(file, "%s has shape (%s)".formatted(what, printable(extents)));
    }
    String[] parts = extents.isEmpty() ? new String[0] : extents.split(", ?", RANK_MAX + 2);
    int rank =
        parts.length > 0 && parts[parts.length - 1].isEmpty() ? parts.length - 1 : parts.length;
    if (rank > RANK_MAX) {
      throw new WeightFileException(
          file, "%s has more than %d dimensions".formatted(what, RANK_MAX));
    }
    int[] shape = new int[rank];
    for (int i = 0; i < rank; i++) {
      long extent = Long.parseLong(parts[i]);
      if (extent > Integer.MAX_VALUE) {
        throw new WeightFileException(
            file, "%s: extent %d of its shape is too large".formatted(what, extent));
      }
      shape[i] = (int) extent;
    }
    return new NpyHeader(type, shape, matcher.group(2).equals("True"), bytes);
  }

  private static ElementType type(Path file, String what, String descr) throws WeightFileException {
    if (descr.endsWith("O")) {
      throw new WeightFileException(
          file,
          what
              + " is an object array, that is, a Python pickle, which can run code when read; save"
              + " the weights as arrays of float32");
    }
    if (descr.startsWith(">")) {
      throw new WeightFileException(
          file,
          "%s is big-endian (%s); save it as little-endian".formatted(what, printable(descr)));
    }
    return switch (descr) {
      case "<f8" -> ElementType.F64;
      case "<f4" -> ElementType.F32;
      case "<f2" -> ElementType.F16;
      // NumPy has no bfloat16; JAX's arrays are saved as two anonymous bytes.
      case "|V2", "<V2" -> ElementType.BF16;
      case "<i8" -> ElementType.I64;
      case "<i4" -> ElementType.I32;
      case "<i2" -> ElementType.I16;
      case "|i1" -> ElementType.I8;
      case "<u8" -> ElementType.U64;
      case "<u4" -> ElementType.U32;
      case "<u2" -> ElementType.U16;
      case "|u1" -> ElementType.U8;
      case "|b1" -> ElementType.BOOL;
      default ->
          throw new WeightFileException(
              file, "%s has unknown element type %s".formatted(what, printable(descr)));
    };
  }

  private static long littleEndian(byte[] field) {
    ByteBuffer buffer = ByteBuffer.wrap(Arrays.copyOf(field, 8)).order(ByteOrder.LITTLE_ENDIAN);
    return buffer.getLong();
  }
}
