package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads tar files, packed by gzip or not, from front to back. */
final class Tars {
  private static final int TEXT_LIMIT_BYTES = 1 << 26;

  private Tars() {}

  /** Is shown the files of a tar. */
  interface Visitor {

    /**
     * Is shown a file.
     *
     * @param name with its folders, without "./" in front
     * @return whether more are wanted
     */
    boolean visit(String name, InputStream in) throws IOException;
  }

  /** Shows the files of a tar. */
  static void each(OriginalFiles files, String tar, Visitor visitor) throws IOException {
    files.read(tar, in -> each(in, visitor));
  }

  private static void each(InputStream in, Visitor visitor) throws IOException {
    TarArchiveInputStream tar =
        new TarArchiveInputStream(in, StandardCharsets.UTF_8.name()); // closed by whoever opened it
    for (TarArchiveEntry entry; (entry = next(tar)) != null; ) {
      if (!entry.isFile()) {
        continue;
      }
      String name = MemberName.checked(entry.getName());
      if (!visitor.visit(name, tar)) {
        return;
      }
    }
  }

  /** The library has an exception of its own class for what is no tar, and wraps others. */
  private static TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
    try {
      return tar.getNextEntry();
    } catch (EOFException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new DamagedException("is no whole tar: " + e.getMessage());
    }
  }

  /**
   * Some text files of a tar, by name, read until all are found.
   *
   * @throws io.hydrabeam.pipelines.common.HydraException naming the first that is missing
   */
  static Map<String, String> texts(OriginalFiles files, String tar, Set<String> names)
      throws IOException {
    Map<String, String> texts = new TreeMap<>();
    each(
        files,
        tar,
        (name, in) -> {
          if (names.contains(name)) {
            texts.put(name, text(in));
          }
          return texts.size() < names.size();
        });
    for (String name : names) {
      if (!texts.containsKey(name)) {
        throw OriginalFiles.damaged(
            files.path(tar), new DamagedException("holds no %s".formatted(name)));
      }
    }
    return texts;
  }

  /** A JPEG or PNG file. */
  static Pixels image(InputStream in) {
    return () -> Pixels.encoded(imageFile(in));
  }

  /** The rest of an image file. */
  static byte[] imageFile(InputStream in) throws IOException, BadImageException {
    byte[] bytes = in.readNBytes(ImageDecoder.MAX_FILE_BYTES);
    if (bytes.length == ImageDecoder.MAX_FILE_BYTES) {
      throw new BadImageException(
          "it is longer than the limit of %d bytes".formatted(ImageDecoder.MAX_FILE_BYTES));
    }
    return bytes;
  }

  /** The rest of a file, as UTF-8. */
  static String text(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(TEXT_LIMIT_BYTES);
    if (bytes.length == TEXT_LIMIT_BYTES) {
      throw new DamagedException("holds a text of over %,d bytes".formatted(TEXT_LIMIT_BYTES));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
