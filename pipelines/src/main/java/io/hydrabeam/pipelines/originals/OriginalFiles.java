package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * Finds the published files of a data set: in the input folder or in a folder there that is named
 * after the data set. A file whose name ends in .gz may have been unpacked.
 *
 * @param root the input folder, local or gs://
 * @param dataset name of the data set, without configuration
 */
public record OriginalFiles(String root, String dataset) {
  private static final String GZIP = ".gz";
  private static final String ZIP = ".zip";
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int GZIP_MAGIC_0 = 0x1f;
  private static final int GZIP_MAGIC_1 = 0x8b;

  /** Length and time of a file, where it is there. */
  public Optional<MatchResult.Metadata> find(String name) throws IOException {
    List<String> names =
        name.endsWith(GZIP) && !name.endsWith(".tar.gz")
            ? List.of(name, name.substring(0, name.length() - GZIP.length()))
            : List.of(name);
    for (String each : names) {
      for (String path : List.of(each, dataset + "/" + each)) {
        Optional<MatchResult.Metadata> found = Storage.find(Storage.resolve(root, path));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** A file's path, where it is there; of a zip also the folder that it holds. */
  public Optional<String> findPath(String name) throws IOException {
    Optional<String> file = find(name).map(found -> found.resourceId().toString());
    if (file.isEmpty() && name.endsWith(ZIP)) {
      String folder = name.substring(0, name.length() - ZIP.length());
      return list(folder).isEmpty() ? file : Optional.of(Storage.resolve(root, folder));
    }
    return file;
  }

  /**
   * A file's path.
   *
   * @throws HydraException usage, if it is missing
   */
  public String path(String name) throws IOException {
    return find(name).map(file -> file.resourceId().toString()).orElseThrow(() -> missing(name));
  }

  /** The files in a folder and below; none where there is no such folder. */
  List<MatchResult.Metadata> list(String folder) throws IOException {
    for (String path : List.of(folder, dataset + "/" + folder)) {
      String inside = Storage.resolve(root, path + "/x");
      List<MatchResult.Metadata> found =
          Storage.list(inside.substring(0, inside.length() - 1), "**");
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  /** The error for a file or folder that should be there. */
  public HydraException missing(String name) {
    return HydraException.usage(
        "%s: no such file; %s is made from it (tasks --verbose lists the files), also looked for in the folder %s there"
            .formatted(Storage.resolve(root, name), dataset, dataset));
  }

  /** Reads a file. */
  interface Reader {
    void read(InputStream in) throws IOException;
  }

  /**
   * Reads a file from its start, unpacked if it is a gzip file.
   *
   * @throws HydraException naming the file if it is missing, cut or damaged
   */
  void read(String name, Reader reader) throws IOException {
    String path = path(name);
    try (InputStream in = unpacked(Storage.open(path))) {
      reader.read(in);
      var unused = in.read(); // At the end, a gzip file's checksum is compared.
    } catch (EOFException | ZipException | DamagedException e) {
      throw damaged(path, e);
    }
  }

  /** The error for a file that is not what it should be. */
  static HydraException damaged(String path, IOException e) {
    String reason =
        e instanceof DamagedException ? e.getMessage() : "is cut or damaged: " + e.getMessage();
    return new HydraException(HydraException.FAILED, "%s: %s".formatted(path, reason), e);
  }

  private static InputStream unpacked(InputStream file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, BUFFER_BYTES);
    in.mark(2);
    boolean gzip = in.read() == GZIP_MAGIC_0 && in.read() == GZIP_MAGIC_1;
    in.reset();
    return gzip ? new BufferedInputStream(new GZIPInputStream(in, BUFFER_BYTES), BUFFER_BYTES) : in;
  }
}
