package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.datasets.ZipArchive;
import io.hydrabeam.pipelines.image.BadImageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/** Reads zip files in place. */
final class Zips {
  private Zips() {}

  /** Reads a zip. */
  interface Reader {
    void read(ZipArchive zip) throws IOException, BadImageException;
  }

  /**
   * Reads a zip that is a data set's file.
   *
   * @throws io.hydrabeam.pipelines.common.HydraException naming it if it is missing or damaged
   */
  static void read(OriginalFiles files, String name, Reader reader) throws IOException {
    String path = files.path(name);
    try (ZipArchive zip = ZipArchive.open(path)) {
      reader.read(zip);
    } catch (BadImageException e) {
      throw OriginalFiles.damaged(path, new DamagedException(e.reason()));
    } catch (EOFException | ZipException | DamagedException e) {
      throw OriginalFiles.damaged(path, e);
    }
  }

  /** The names of its files in the order in which they lie there. */
  static List<String> names(ZipArchive zip) throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : zip.names()) {
      names.add(MemberName.checked(name));
    }
    return names;
  }

  /** A JPEG or PNG file. */
  static Pixels image(ZipArchive zip, String member) {
    return () -> Pixels.encoded(zip.read(member));
  }

  /** Reads a long member from its start. */
  interface StreamReader {
    void read(InputStream in) throws IOException;
  }

  /**
   * Reads a long member.
   *
   * @throws BadImageException if there is none
   */
  static void stream(ZipArchive zip, String member, StreamReader reader)
      throws IOException, BadImageException {
    try (InputStream in = zip.stream(member)) {
      reader.read(in);
    }
  }
}
