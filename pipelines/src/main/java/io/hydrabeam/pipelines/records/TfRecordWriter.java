package io.hydrabeam.pipelines.records;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Writes TFRecords: for each record its length (8 bytes, little-endian), the length's masked
 * CRC-32C (4), the bytes, and their masked CRC-32C (4).
 */
public final class TfRecordWriter implements Closeable {
  static final int HEADER_BYTES = 12;
  static final int FOOTER_BYTES = 4;

  private final OutputStream out;
  private final ByteBuffer header =
      ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer footer =
      ByteBuffer.allocate(FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** Writes to {@code out}, which should be buffered and is closed with this writer. */
  public TfRecordWriter(OutputStream out) {
    this.out = out;
  }

  /** Appends a record. */
  public void write(byte[] record) throws IOException {
    header.putLong(0, record.length);
    header.putInt(Long.BYTES, maskedCrc(header.array(), Long.BYTES));
    footer.putInt(0, maskedCrc(record, record.length));
    out.write(header.array());
    out.write(record);
    out.write(footer.array());
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** Bytes that a record of {@code length} bytes takes in a file. */
  public static long storedBytes(long length) {
    return HEADER_BYTES + length + FOOTER_BYTES;
  }

  /** CRC-32C, rotated and shifted by a constant, so that a CRC over data with CRCs stays sound. */
  static int maskedCrc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }
}
