package io.hydrabeam.pipelines.datasets;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.storage.LocalFiles;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.ChecksumVerifyingInputStream;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * A zip whose members are read in place, by several threads at once. Its directory is read when it
 * is opened; what it says of a member's length is a limit that unpacking never exceeds.
 */
public final class ZipArchive implements Closeable {
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int LOCAL_HEADER_SIGNATURE = 0x04034b50;
  private static final int NAME_LENGTH_AT = 26;
  private static final int EXTRA_LENGTH_AT = 28;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int BUFFER_BYTES = 1 << 16;

  private final String path;
  private final Map<String, Member> members;
  private final Deque<SeekableByteChannel> idle = new ConcurrentLinkedDeque<>();

  /**
   * A file within the zip.
   *
   * @param headerAt where it starts, bytes
   * @param packed bytes in the zip
   * @param size bytes of the file
   * @param crc CRC-32 of the file
   * @param method how it is packed: 0 stored, 8 deflated
   */
  public record Member(
      long headerAt, long packed, long size, long crc, int method, boolean encrypted) {
    /** Why it cannot be read; empty if it can. */
    String problem() {
      if (encrypted) {
        return "the zip's member is encrypted";
      }
      if (method != STORED && method != DEFLATED) {
        return "the zip's member is packed by method %d; stored and deflated ones can be read"
            .formatted(method);
      }
      return "";
    }
  }

  private ZipArchive(String path, Map<String, Member> members) {
    this.path = path;
    this.members = members;
  }

  /**
   * Opens a zip.
   *
   * @throws java.io.FileNotFoundException where there is none
   * @throws HydraException if it is none
   */
  public static ZipArchive open(String path) throws IOException {
    SeekableByteChannel channel = channel(path);
    Map<String, Member> members = new HashMap<>();
    // The directory alone: local headers are looked at when their members are read.
    try (ZipFile zip =
        ZipFile.builder().setSeekableByteChannel(channel).setIgnoreLocalFileHeader(true).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        if (!entry.isDirectory()) {
          members.putIfAbsent(entry.getName(), member(entry));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      Throwable reason = e;
      while (reason.getCause() != null) {
        reason = reason.getCause();
      }
      if (reason instanceof ZipException
          || reason instanceof EOFException
          || reason instanceof IllegalArgumentException) {
        throw new HydraException(
            HydraException.USAGE,
            "%s: is no whole zip: %s".formatted(path, reason.getMessage()),
            e);
      }
      throw e;
    }
    return new ZipArchive(path, members);
  }

  private static Member member(ZipArchiveEntry entry) {
    return new Member(
        entry.getLocalHeaderOffset(),
        entry.getCompressedSize(),
        entry.getSize(),
        entry.getCrc(),
        entry.getMethod(),
        entry.getGeneralPurposeBit().usesEncryption());
  }

  /** The names of its files, in the order in which they lie in the zip. */
  public List<String> names() {
    return members.entrySet().stream()
        .sorted(Comparator.comparingLong(member -> member.getValue().headerAt))
        .map(Map.Entry::getKey)
        .toList();
  }

  Optional<Member> find(String name) {
    return Optional.ofNullable(members.get(name));
  }

  /**
   * A member's bytes.
   *
   * @throws BadImageException if it is too long, damaged or not what the directory says
   */
  public byte[] read(String name) throws IOException, BadImageException {
    Member member = readable(name);
    if (member.size > ImageDecoder.MAX_FILE_BYTES || member.packed > ImageDecoder.MAX_FILE_BYTES) {
      throw new BadImageException(
          "the zip's member of %d bytes is longer than the limit of %d"
              .formatted(member.size, ImageDecoder.MAX_FILE_BYTES));
    }
    byte[] packed = packed(member);
    byte[] bytes = member.method == STORED ? packed : inflate(packed, (int) member.size);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (bytes.length != member.size || crc.getValue() != member.crc) {
      throw new BadImageException("the zip's member is damaged: its checksum differs");
    }
    return bytes;
  }

  /**
   * A stream over a member that may be long. Its end compares length and checksum.
   *
   * @throws BadImageException if there is none, or it cannot be read
   */
  public InputStream stream(String name) throws IOException, BadImageException {
    Member member = readable(name);
    SeekableByteChannel channel = channel(path);
    try {
      InputStream packed =
          BoundedInputStream.builder()
              .setInputStream(Channels.newInputStream(channel.position(dataAt(channel, member))))
              .setMaxCount(member.packed)
              .get();
      InputStream plain =
          member.method == STORED
              ? packed
              : new InflaterInputStream(packed, new Inflater(true), BUFFER_BYTES);
      return new BufferedInputStream(
          new ChecksumVerifyingInputStream(new CRC32(), plain, member.size, member.crc),
          BUFFER_BYTES);
    } catch (IOException | BadImageException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private byte[] packed(Member member) throws IOException, BadImageException {
    SeekableByteChannel channel = idle.poll();
    if (channel == null) {
      channel = channel(path);
    }
    boolean whole = false;
    try {
      byte[] packed = read(channel, dataAt(channel, member), (int) member.packed).array();
      whole = true;
      return packed;
    } finally {
      if (whole) {
        idle.push(channel);
      } else {
        channel.close();
      }
    }
  }

  /** Where a member's bytes start. */
  private static long dataAt(SeekableByteChannel channel, Member member)
      throws IOException, BadImageException {
    ByteBuffer header =
        read(channel, member.headerAt, LOCAL_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (header.getInt(0) != LOCAL_HEADER_SIGNATURE) {
      throw new BadImageException("the zip is damaged: no member at byte " + member.headerAt);
    }
    int name = header.getShort(NAME_LENGTH_AT) & 0xffff;
    int extra = header.getShort(EXTRA_LENGTH_AT) & 0xffff;
    return member.headerAt + LOCAL_HEADER_BYTES + name + extra;
  }

  private static ByteBuffer read(SeekableByteChannel channel, long at, int length)
      throws IOException, BadImageException {
    if (at < 0 || at + length > channel.size()) {
      throw new BadImageException("the zip is damaged: a member lies beyond its end");
    }
    ByteBuffer buffer = ByteBuffer.allocate(length);
    channel.position(at);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new BadImageException("the zip is damaged: a member lies beyond its end");
      }
    }
    return buffer;
  }

  private Member readable(String name) throws BadImageException {
    Member member = members.get(name);
    if (member == null) {
      throw new BadImageException("%s has no such member".formatted(path));
    }
    if (!member.problem().isEmpty()) {
      throw new BadImageException(member.problem());
    }
    return member;
  }

  private static byte[] inflate(byte[] packed, int size) throws BadImageException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      byte[] bytes = new byte[size];
      int length = 0;
      while (length < size && !inflater.finished()) {
        int count = inflater.inflate(bytes, length, size - length);
        if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          break;
        }
        length += count;
      }
      if (length < size) {
        throw new BadImageException("the zip's member is cut");
      }
      if (!inflater.finished() && inflater.inflate(new byte[1]) > 0) {
        throw new BadImageException(
            "the zip's member unpacks to more than the %d bytes that the zip declares"
                .formatted(size));
      }
      return bytes;
    } catch (DataFormatException e) {
      throw new BadImageException("the zip's member is damaged", e);
    } finally {
      inflater.end();
    }
  }

  /** A channel that can seek; on file systems that cannot, over a local copy. */
  private static SeekableByteChannel channel(String path) throws IOException {
    ReadableByteChannel channel = FileSystems.open(FileSystems.matchNewResource(path, false));
    if (channel instanceof SeekableByteChannel seekable) {
      return seekable;
    }
    channel.close();
    return Files.newByteChannel(LocalFiles.of(path));
  }

  @Override
  public void close() throws IOException {
    for (SeekableByteChannel channel; (channel = idle.poll()) != null; ) {
      channel.close();
    }
  }
}
