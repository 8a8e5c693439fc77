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
  /** Longer records are not given their memory before their bytes have been seen. */
  private static final int AT_ONCE_BYTES = 1 << 22;

  private final InputStream in;
  private final String file;
  private final int limit;
  private final byte[] header = new byte[TfRecordWriter.HEADER_BYTES];
  private final ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
  private long offset;

  /**
   * @param in a stream at the start of a record, buffered where records are short; closed with this
   *     reader
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
    int got = in.readNBytes(header, 0, TfRecordWriter.HEADER_BYTES);
    if (got == 0) {
      return null;
    }
    if (got < TfRecordWriter.HEADER_BYTES) {
      throw cut("its header", TfRecordWriter.HEADER_BYTES, got);
    }
    check("length", TfRecordWriter.maskedCrc(header, Long.BYTES), fields.getInt(Long.BYTES));
    long length = fields.getLong(0);
    if (length < 0 || length > limit) {
      throw new BadRecordException(
          "%s: the record at byte %d has %s bytes, more than the limit of %d"
              .formatted(file, offset, Long.toUnsignedString(length), limit));
    }
    byte[] record = read((int) length);
    got = in.readNBytes(header, 0, TfRecordWriter.FOOTER_BYTES);
    if (got < TfRecordWriter.FOOTER_BYTES) {
      throw cut("its checksum", TfRecordWriter.FOOTER_BYTES, got);
    }
    check("data", TfRecordWriter.maskedCrc(record, record.length), fields.getInt(0));
    offset += TfRecordWriter.storedBytes(length);
    return record;
  }

  private byte[] read(int length) throws IOException {
    byte[] record;
    int got;
    if (length <= AT_ONCE_BYTES) {
      record = new byte[length];
      got = in.readNBytes(record, 0, length);
    } else { // piece by piece, with a copy more
      record = in.readNBytes(length);
      got = record.length;
    }
    if (got < length) {
      throw cut("its data", length, got);
    }
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
      throw new BadRecordException(
          "%s: the record at byte %d is damaged: checksum of its %s is %08x, expected %08x"
              .formatted(file, offset, part, stored, expected));
    }
  }

  private IOException cut(String part, long expected, int found) {
    return new BadRecordException(
        "%s: the record at byte %d is cut: %s has %d of %d bytes"
            .formatted(file, offset, part, found, expected));
  }
}
