package io.hydrabeam.pipelines.records;

import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.ImageOptions;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The records of a shard, one after the other and in order of their keys, images at the target
 * size. One is in memory at a time.
 *
 * <pre>{@code
 * try (StoredRecords records = StoredRecords.open(shard, info.getImageOptions())) {
 *   for (StoredRecord record; (record = records.next()) != null; ) { … }
 * }
 * }</pre>
 */
public final class StoredRecords implements Closeable {
  private static final int RECORD_LIMIT_BYTES = 1 << 29;
  private static final int BUFFER_BYTES = 1 << 16;

  private final String shard;
  private final TfRecordReader reader;
  private final ImageOptions options;

  /** Asked once, at the end of the file. */
  private final BooleanSupplier whole;

  private StoredRecords(
      String shard, TfRecordReader reader, ImageOptions options, BooleanSupplier whole) {
    this.shard = shard;
    this.reader = reader;
    this.options = options;
    this.whole = whole;
  }

  /**
   * Opens a shard, to be read from its start; its hash is compared at its end.
   *
   * @param options of the data set that it belongs to
   */
  public static StoredRecords open(StoredShard shard, ImageOptions options) throws IOException {
    String path = shard.path();
    MessageDigest digest = Hashing.sha256();
    try {
      InputStream in =
          new BufferedInputStream(new DigestInputStream(Storage.open(path), digest), BUFFER_BYTES);
      return new StoredRecords(
          path,
          new TfRecordReader(in, path, RECORD_LIMIT_BYTES, 0),
          options,
          () -> Hashing.hex(digest.digest()).equals(shard.sha256()));
    } catch (FileNotFoundException e) {
      throw new IOException(path + ": no such file", e);
    }
  }

  /**
   * A single image.
   *
   * @param shard path of a TFRecord file, local or gs://
   * @param offset of its record, as {@link #offset} gave it
   * @param options of the data set that it belongs to
   * @throws IOException with file and offset if the shard is damaged
   */
  public static StoredRecord readAt(String shard, long offset, ImageOptions options)
      throws IOException {
    try (SeekableByteChannel channel = Storage.openSeekable(shard).position(offset);
        StoredRecords records =
            new StoredRecords(
                shard,
                new TfRecordReader(
                    Channels.newInputStream(channel), shard, RECORD_LIMIT_BYTES, offset),
                options,
                () -> true)) {
      StoredRecord record = records.next();
      if (record == null) {
        throw new IOException("%s: ends before byte %d".formatted(shard, offset));
      }
      return record;
    }
  }

  /** Where the next image's record starts, in bytes from the start of the file. */
  public long offset() {
    return reader.offset();
  }

  /**
   * The next image; null after the last.
   *
   * @throws IOException with file and offset if the shard is damaged, or is another file
   */
  public @Nullable StoredRecord next() throws IOException {
    long offset = reader.offset();
    byte[] record = reader.next();
    if (record == null) {
      if (!whole.getAsBoolean()) {
        throw new IOException(
            "%s is not the file that its folder was finished with (its SHA-256 differs): make the folder again with --force"
                .formatted(shard));
      }
      return null;
    }
    try {
      return options.hasText() ? TextCodec.decode(record) : ExampleCodec.decode(record, options);
    } catch (IOException e) {
      throw new IOException("%s, byte %d: %s".formatted(shard, offset, e.getMessage()), e);
    }
  }

  /**
   * Passes over an image, whose checksum is looked at all the same.
   *
   * @return false after the last
   * @throws IOException with file and offset if the shard is damaged
   */
  public boolean skip() throws IOException {
    return reader.next() != null;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
