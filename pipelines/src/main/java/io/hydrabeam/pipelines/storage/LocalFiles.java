package io.hydrabeam.pipelines.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.ResourceId;

/** Files of any file system as local ones, for readers that need to seek. */
public final class LocalFiles {
  private static final int ATTEMPTS = 3;

  private LocalFiles() {}

  /** Whether a path is on this machine's own file system. */
  public static boolean isLocal(String path) {
    return FileSystems.matchNewResource(path, false).getScheme().equals("file");
  }

  /**
   * The file itself where it is local, otherwise a temporary copy that lives as long as the
   * process.
   */
  public static Path of(String file) throws IOException {
    ResourceId resource = FileSystems.matchNewResource(file, false);
    if (resource.getScheme().equals("file")) {
      return Path.of(resource.toString());
    }
    Path copy = TemporaryFolder.create().resolve(String.valueOf(resource.getFilename()));
    copy(file, copy);
    return copy;
  }

  /**
   * The file itself where it is local, otherwise a temporary copy until it is closed.
   *
   * @param beside names of files that its reader looks for in the same folder; those that are there
   *     are copied too
   */
  public static LocalFile open(String file, String... beside) throws IOException {
    if (isLocal(file)) {
      return new LocalFile(of(file), false);
    }
    LocalFile copy = new LocalFile(of(file), true);
    try {
      for (String name : beside) {
        fetchBeside(file, name, copy.path());
      }
      return copy;
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  /** Copies {@code name}, if it is there, from a remote file's folder to that of its copy. */
  public static void fetchBeside(String file, String name, Path copy) throws IOException {
    String other = file.substring(0, file.lastIndexOf('/') + 1) + name;
    if (Storage.find(other).isPresent()) {
      copy(other, copy.resolveSibling(name));
    }
  }

  /**
   * Copies a file to this machine, and compares what arrives with the length and, where the file
   * system tells it, the hash of the original.
   *
   * @throws FileNotFoundException where there is none
   * @throws IOException also if it arrives damaged several times
   */
  public static void copy(String file, Path copy) throws IOException {
    String difference = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      MatchResult.Metadata original =
          Storage.find(file).orElseThrow(() -> new FileNotFoundException("no such file or folder"));
      difference = copy(file, copy, original);
      if (difference.isEmpty()) {
        return;
      }
    }
    Files.deleteIfExists(copy);
    throw new IOException("arrived damaged %d times: %s".formatted(ATTEMPTS, difference));
  }

  /** Gives a file a second name, or copies it where the disk has no hard links. */
  static void link(String from, String to) throws IOException {
    Path target = of(to).toAbsolutePath();
    Path folder = target.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    try {
      Files.createLink(target, of(from));
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.copy(of(from), target); // tells what is wrong, if it is not the link
    }
  }

  /** Copies a file of this machine to a path of any file system. */
  public static void upload(Path file, String to) throws IOException {
    try (OutputStream out = Storage.create(to)) {
      Files.copy(file, out);
    }
  }

  /** What is different about the copy; empty if nothing is. */
  private static String copy(String file, Path copy, MatchResult.Metadata original)
      throws IOException {
    MessageDigest md5 = md5();
    try (InputStream in = Storage.open(file);
        OutputStream out = new DigestOutputStream(Files.newOutputStream(copy), md5)) {
      in.transferTo(out);
    }
    if (Files.size(copy) != original.sizeBytes()) {
      return "%,d of %,d bytes".formatted(Files.size(copy), original.sizeBytes());
    }
    String expected = original.checksum();
    String actual = Base64.getEncoder().encodeToString(md5.digest());
    return expected == null || expected.equals(actual)
        ? ""
        : "MD5 %s instead of %s".formatted(actual, expected);
  }

  /** What gs:// tells of its objects. */
  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
