package io.hydrabeam.pipelines.records;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads TFRecords one by one. A record's length is believed only after its checksum agrees and it
 * is within the limit, so a damaged file is an error and never a large allocation.
 */
public final class TfRecordReader implements Closeable {
  private final InputStream in;
  private final String file;
  private final int limit;
  private long offset;

  /**
   * @param in a stream at the start of a record; closed with this reader
   * @param file for messages
   * @param limit longest record accepted, bytes
   * @param offset where the stream stands in the file
   */
  public TfRecordReader(InputStream in, String file, int limit, long offset) {
    this.in = in;
    this.file = file;
    this.limit = limit;
    this.offset = offset;
  }

  /**
   * The next record; null at the end of the file.
   *
   * @throws IOException with file and offset if the file is cut or a checksum differs
   */
  public byte @Nullable [] next() throws IOException {
    byte[] header = in.readNBytes(TfRecordWriter.HEADER_BYTES);
    if (header.length == 0) {
      return null;
    }
    if (header.length < TfRecordWriter.HEADER_BYTES) {
      throw cut("its header", TfRecordWriter.HEADER_BYTES, header.length);
    }
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    check("length", TfRecordWriter.maskedCrc(header, Long.BYTES), fields.getInt(Long.BYTES));
    long length = fields.getLong(0);
    if (length < 0 || length > limit) {
      throw new IOException(
          "%s: the record at byte %d has %s bytes, more than the limit of %d"
              .formatted(file, offset, Long.toUnsignedString(length), limit));
    }
    byte[] record = in.readNBytes((int) length);
    if (record.length < length) {
      throw cut("its data", length, record.length);
    }
    byte[] footer = in.readNBytes(TfRecordWriter.FOOTER_BYTES);
    if (footer.length < TfRecordWriter.FOOTER_BYTES) {
      throw cut("its checksum", TfRecordWriter.FOOTER_BYTES, footer.length);
    }
    check(
        "data",
        TfRecordWriter.maskedCrc(record, record.length),
        ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN).getInt());
    offset += TfRecordWriter.storedBytes(length);
    return record;
  }

  /** Where the next record starts, in bytes from the start of the file. */
  public long offset() {
    return offset;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void check(String part, int expected, int stored) throws IOException {
    if (expected != stored) {
      throw new IOException(
          "%s: the record at byte %d is damaged: checksum of its %s is %08x, expected %08x"
              .formatted(file, offset, part, stored, expected));
    }
  }

  private IOException cut(String part, long expected, int found) {
    return new IOException(
        "%s: the record at byte %d is cut: %s has %d of %d bytes"
            .formatted(file, offset, part, found, expected));
  }
}
