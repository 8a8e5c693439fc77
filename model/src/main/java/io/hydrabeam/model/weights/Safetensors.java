package io.hydrabeam.model.weights;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * The safetensors format: eight bytes with the header's length, a JSON header that names each
 * tensor's type, shape and byte range, and the raw little-endian data.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format's description</a>
 */
public final class Safetensors implements WeightFile {

  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long dataStart;

  private Safetensors(Path path, FileChannel channel, SafetensorsHeader header, long dataStart) {
    this.path = path;
    this.channel = channel;
    this.header = header;
    this.dataStart = dataStart;
  }

  /**
   * Opens a file and checks its header: every range in the file, nothing overlapping, no bytes that
   * belong to no tensor.
   *
   * @throws WeightFileException if anything is wrong with it
   */
  public static WeightFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    try {
      long fileBytes = channel.size();
      if (fileBytes < 8) {
        throw new WeightFileException(
            file, "is no weight file (%d bytes); is it cut?".formatted(fileBytes));
      }
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      fill(file, channel, length, 0);
      long headerBytes = length.getLong(0);
      // Before anything of that size is allocated.
      if (headerBytes < 2 || headerBytes > SafetensorsHeader.BYTES_MAX) {
        throw new WeightFileException(
            file,
            "is no safetensors or npz file: as safetensors its header would have %s bytes (allowed:"
                    .formatted(Long.toUnsignedString(headerBytes))
                + " %d)".formatted(SafetensorsHeader.BYTES_MAX));
      }
      if (headerBytes > fileBytes - 8) {
        throw new WeightFileException(
            file,
            "is cut or no weight file: the header needs %d bytes, %d are left"
                .formatted(headerBytes, fileBytes - 8));
      }
      ByteBuffer text = ByteBuffer.allocate((int) headerBytes);
      fill(file, channel, text, 8);
      long dataStart = 8 + headerBytes;
      SafetensorsHeader header = SafetensorsHeader.parse(file, text.flip(), fileBytes - dataStart);
      return new Safetensors(file, channel, header, dataStart);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Writes tensors as F32, sorted by name. Equal tensors and metadata give equal bytes. The file
   * appears whole or not at all.
   *
   * @param metadata noted in the header; may be empty
   */
  public static void write(Path file, Map<String, HostTensor> tensors, Map<String, String> metadata)
      throws IOException {
    SafetensorsWriter.write(file, tensors, metadata);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(header.tensors().keySet());
  }

  @Override
  public int[] shape(String name) {
    return entry(name).shape().clone();
  }

  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public HostTensor read(String name) throws IOException {
    SafetensorsHeader.Entry entry = entry(name);
    if (!entry.type().readable()) {
      throw new WeightFileException(
          path,
          "tensor %s holds %s; weights must be F32, F16, BF16 or F64"
              .formatted(printable(name), entry.type()));
    }
    if (!FloatReader.fits(FloatReader.size(entry.shape()))) {
      throw new WeightFileException(
          path, "tensor %s is too large for one array".formatted(printable(name)));
    }
    long[] position = {dataStart + entry.begin()};
    return FloatReader.read(
        entry.type(),
        entry.shape(),
        (bytes, count) -> {
          fill(path, channel, ByteBuffer.wrap(bytes, 0, count), position[0]);
          position[0] += count;
        });
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = header.tensors().get(name);
    if (entry == null) {
      throw new IllegalArgumentException(path + " has no tensor " + printable(name));
    }
    return entry;
  }

  private static void fill(Path file, FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw new EOFException(
            "%s: became shorter while it was read, at byte %d".formatted(file, at));
      }
      at += read;
    }
  }
}
