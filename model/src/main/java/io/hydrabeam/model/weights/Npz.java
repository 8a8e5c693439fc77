package io.hydrabeam.model.weights;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * NumPy's npz: a zip archive of arrays, stored or deflated. Arrays of Python objects are refused,
 * and so are archives that unpack to much more than they are.
 */
final class Npz implements WeightFile {

  private static final String SUFFIX = ".npy";

  private static final int ENTRIES_MAX = 100_000;

  /** An archive may unpack to this much plus {@link #RATIO_MAX} times its own size. */
  private static final long UNPACKED_ALWAYS_ALLOWED = 64L << 20;

  /** Weights hardly shrink; ten times is already unheard of. */
  private static final long RATIO_MAX = 32;

  private final Path path;
  private final ZipFile zip;
  private final Map<String, Entry> entries;

  private Npz(Path path, ZipFile zip, Map<String, Entry> entries) {
    this.path = path;
    this.zip = zip;
    this.entries = entries;
  }

  private record Entry(ZipEntry zip, NpyHeader header) {}

  /** Opens an archive and reads the header of every array in it. */
  static WeightFile open(Path file) throws IOException {
    ZipFile zip = null;
    try {
      zip = new ZipFile(file.toFile());
      return new Npz(file, zip, entries(file, zip));
    } catch (Throwable e) {
      if (zip != null) {
        zip.close();
      }
      // The JDK reports some broken archives as illegal arguments.
      if (e instanceof ZipException
          || e instanceof EOFException
          || e instanceof IllegalArgumentException) {
        throw new WeightFileException(file, "is a broken zip archive: " + reason(e), e);
      }
      throw e;
    }
  }

  private static Map<String, Entry> entries(Path file, ZipFile zip) throws IOException {
    if (zip.size() > ENTRIES_MAX) {
      throw new WeightFileException(
          file, "holds %d entries (allowed: %d)".formatted(zip.size(), ENTRIES_MAX));
    }
    Optional<String> advice = PickleFiles.adviceFor(zip.stream().map(ZipEntry::getName).toList());
    if (advice.isPresent()) {
      throw new WeightFileException(file, advice.get());
    }
    long unpacked = 0;
    long unpackedMax = UNPACKED_ALWAYS_ALLOWED + RATIO_MAX * file.toFile().length();
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      String name = printable(entry.getName());
      if (!entry.getName().endsWith(SUFFIX)) {
        throw new WeightFileException(file, "entry %s is not a NumPy array".formatted(name));
      }
      unpacked += Math.max(0, Math.min(entry.getSize(), Long.MAX_VALUE / 2 - unpacked));
      if (unpacked > unpackedMax) {
        throw new WeightFileException(
            file,
            "would unpack to more than %d bytes from %d: a zip bomb, not weights"
                .formatted(unpackedMax, file.toFile().length()));
      }
    }
    Map<String, Entry> entries = new TreeMap<>();
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      String name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
      if (entries.put(name, new Entry(entry, header(file, zip, entry))) != null) {
        throw new WeightFileException(file, "array %s is there twice".formatted(printable(name)));
      }
    }
    return entries;
  }

  private static NpyHeader header(Path file, ZipFile zip, ZipEntry entry) throws IOException {
    String what = "array " + printable(entry.getName());
    NpyHeader header;
    try (InputStream in = zip.getInputStream(entry)) {
      header = NpyHeader.read(file, what, in);
    }
    long size = FloatReader.size(header.shape());
    long bytes = header.bytes() + size * header.type().bytes();
    if (size < 0 || bytes != entry.getSize()) {
      throw new WeightFileException(
          file,
          "%s of shape %s needs %s bytes, the archive holds %d"
              .formatted(
                  what,
                  Arrays.toString(header.shape()),
                  size < 0 ? "too many" : Long.toString(bytes),
                  entry.getSize()));
    }
    return header;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  @Override
  public int[] shape(String name) {
    return entry(name).header().shape().clone();
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public HostTensor read(String name) throws IOException {
    Entry entry = entry(name);
    NpyHeader header = entry.header();
    String what = "array " + printable(name);
    if (!header.type().readable()) {
      throw new WeightFileException(
          path,
          "%s holds %s; weights must be float32, float16, bfloat16 or float64"
              .formatted(what, header.type()));
    }
    if (header.columnMajor() && header.shape().length > 1) {
      throw new WeightFileException(
          path, what + " is in Fortran order; save it with numpy.ascontiguousarray");
    }
    if (!FloatReader.fits(FloatReader.size(header.shape()))) {
      throw new WeightFileException(path, what + " is too large for one array");
    }
    try (CheckedInputStream in =
        new CheckedInputStream(zip.getInputStream(entry.zip()), new CRC32())) {
      in.skipNBytes(header.bytes());
      HostTensor tensor =
          FloatReader.read(
              header.type(), header.shape(), (bytes, count) -> fill(what, in, bytes, count));
      if (in.read() >= 0) {
        throw new WeightFileException(path, what + " goes on after its declared end");
      }
      // The JDK's reader by random access leaves this to the caller.
      if (in.getChecksum().getValue() != entry.zip().getCrc()) {
        throw new WeightFileException(path, what + " is damaged: its checksum differs");
      }
      return tensor;
    } catch (ZipException | EOFException e) {
      throw new WeightFileException(path, "%s is damaged: %s".formatted(what, reason(e)), e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  private void fill(String what, InputStream in, byte[] bytes, int count) throws IOException {
    if (in.readNBytes(bytes, 0, count) < count) {
      throw new WeightFileException(path, what + " is cut");
    }
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(path + " has no array " + printable(name));
    }
    return entry;
  }

  private static String reason(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : printable(message);
  }
}
