package io.hydrabeam.pipelines.originals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes the containers that data sets are published in. */
public final class Containers {
  private static final int MAT_HEADER = 128;

  private Containers() {}

  /** A tar, packed by gzip if its name says so and {@code packed} does. */
  public static void tar(Path file, boolean packed, Map<String, byte[]> members)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(packed ? new GZIPOutputStream(out) : out)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(member.getKey(), true);
        entry.setSize(member.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(member.getValue());
        tar.closeArchiveEntry();
      }
    }
  }

  public static void zip(Path file, Map<String, byte[]> members) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        zip.putNextEntry(new ZipEntry(member.getKey()));
        zip.write(member.getValue());
        zip.closeEntry();
      }
    }
  }

  public static void gzip(Path file, byte[] contents) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(contents);
    }
  }

  /** What stands before the arrays of a MATLAB file of a version. */
  public static byte[] matHeader(int version) {
    ByteBuffer header = ByteBuffer.allocate(MAT_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.put("MATLAB 5.0 MAT-file".getBytes(StandardCharsets.US_ASCII));
    header.putShort(124, (short) version).put(126, (byte) 'I').put(127, (byte) 'M');
    return header.array();
  }

  /** An array of unsigned bytes, packed or not. */
  public static byte[] matArray(String name, byte[] values, boolean packed, int... dimensions)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(element(6, ints(9, 0)));
    body.write(element(5, ints(dimensions)));
    body.write(element(1, name.getBytes(StandardCharsets.US_ASCII)));
    body.write(element(2, values));
    byte[] matrix = element(14, body.toByteArray());
    if (!packed) {
      return matrix;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(matrix);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream(); // packed elements are not padded
    whole.write(ints(15, out.size()));
    out.writeTo(whole);
    return whole.toByteArray();
  }

  private static byte[] element(int type, byte[] contents) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (contents.length <= 4 && type != 14) {
      out.write(ints(contents.length << 16 | type));
      out.write(Arrays.copyOf(contents, 4));
      return out.toByteArray();
    }
    out.write(ints(type, contents.length));
    out.write(contents);
    out.write(new byte[(8 - contents.length % 8) % 8]);
    return out.toByteArray();
  }

  /** Little-endian 32-bit numbers. */
  public static byte[] ints(int... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      buffer.putInt(value);
    }
    return buffer.array();
  }

  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  public static byte[] text(String... lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
