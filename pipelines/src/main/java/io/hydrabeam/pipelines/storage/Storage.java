package io.hydrabeam.pipelines.storage;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.beam.sdk.extensions.gcp.storage.GcsCreateOptions;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.CreateOptions;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.util.MimeTypes;

/** Files by path, local or of any file system that Beam knows (gs://). */
public final class Storage {
  private static final Duration STALE_AFTER = Duration.ofDays(1);
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int UPLOAD_BUFFER_BYTES = 1 << 23;

  private static final Map<String, ExclusiveCreate> EXCLUSIVE =
      ServiceLoader.load(ExclusiveCreate.class, Storage.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .collect(Collectors.toMap(ExclusiveCreate::scheme, Function.identity()));

  private Storage() {}

  /** The schemes of the paths that output can be committed to, as {@code file} and {@code gs}. */
  public static Set<String> schemes() {
    return EXCLUSIVE.keySet();
  }

  /** The path of {@code name} (which may hold slashes) within a folder. */
  public static String resolve(String folder, String name) {
    ResourceId at = FileSystems.matchNewResource(folder, true);
    int from = 0;
    for (int slash; (slash = name.indexOf('/', from)) >= 0; from = slash + 1) {
      at = at.resolve(name.substring(from, slash), StandardResolveOptions.RESOLVE_DIRECTORY);
    }
    return at.resolve(name.substring(from), StandardResolveOptions.RESOLVE_FILE).toString();
  }

  /** Size and time of a file; empty where there is none. */
  public static Optional<MatchResult.Metadata> find(String file) throws IOException {
    MatchResult match = match(file);
    if (match.status() == MatchResult.Status.NOT_FOUND) {
      return Optional.empty();
    }
    return match.metadata().stream().findFirst();
  }

  /**
   * The files directly or deeper in {@code folder} that match a glob, by name; none is no error.
   */
  public static List<MatchResult.Metadata> list(String folder, String glob) throws IOException {
    // Not through ResourceId.resolve: java.nio refuses '*' in names on some systems.
    String root = FileSystems.matchNewResource(folder, true).toString();
    String spec = (root.endsWith("/") ? root : root + "/") + glob;
    MatchResult match = match(spec);
    if (match.status() == MatchResult.Status.NOT_FOUND) {
      return List.of();
    }
    return match.metadata().stream()
        .sorted(Comparator.comparing(metadata -> metadata.resourceId().toString()))
        .toList();
  }

  /**
   * A buffered stream over a file.
   *
   * @throws FileNotFoundException where there is none
   */
  public static InputStream open(String file) throws IOException {
    try {
      return new BufferedInputStream(Channels.newInputStream(channel(file)), BUFFER_BYTES);
    } catch (NoSuchFileException e) {
      throw missing(e);
    }
  }

  /**
   * A file that can be read from any place.
   *
   * @throws FileNotFoundException where there is none
   * @throws IOException also if its file system cannot do that; local disks and gs:// can
   */
  public static SeekableByteChannel openSeekable(String file) throws IOException {
    ReadableByteChannel channel;
    try {
      channel = channel(file);
    } catch (NoSuchFileException e) {
      throw missing(e);
    }
    if (channel instanceof SeekableByteChannel seekable) {
      return seekable;
    }
    channel.close();
    throw new IOException("its file system reads files from their start only");
  }

  private static ReadableByteChannel channel(String file) throws IOException {
    ResourceId resource = FileSystems.matchNewResource(file, false);
    return CutAnswers.askAgain(() -> FileSystems.open(resource));
  }

  /** Where the file system could not tell, that is thrown at once. */
  private static MatchResult match(String spec) throws IOException {
    return CutAnswers.askAgain(
        () -> {
          MatchResult match = FileSystems.match(spec, EmptyMatchTreatment.ALLOW);
          if (match.status() == MatchResult.Status.ERROR) {
            var unused = match.metadata(); // throws
          }
          return match;
        });
  }

  private static FileNotFoundException missing(NoSuchFileException e) {
    FileNotFoundException missing = new FileNotFoundException("no such file or folder");
    missing.initCause(e);
    return missing;
  }

  /**
   * A whole file.
   *
   * @param limit refuses longer ones, bytes
   */
  public static byte[] read(String file, int limit) throws IOException {
    try (InputStream in = open(file)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n; (n = in.read(buffer)) >= 0; ) {
        if (n > limit - bytes.size()) {
          throw new IOException("larger than the limit of %,d bytes".formatted(limit));
        }
        bytes.write(buffer, 0, n);
      }
      return bytes.toByteArray();
    }
  }

  /** A stream to a new file; folders are made. Not buffered beyond the file system's own buffer. */
  public static OutputStream create(String file) throws IOException {
    ResourceId resource = FileSystems.matchNewResource(file, false);
    // For gs:// alone: its file system's own buffer is 64 MB for each file that is being written.
    CreateOptions options =
        GcsCreateOptions.builder()
            .setMimeType(MimeTypes.BINARY)
            .setGcsUploadBufferSizeBytes(UPLOAD_BUFFER_BYTES)
            .build();
    return Channels.newOutputStream(FileSystems.create(resource, options));
  }

  /**
   * Creates a file with its contents if there is none, at once and for one caller only.
   *
   * @return false if there is one
   * @throws IOException also if the file system offers no such thing
   * @see ExclusiveCreate#create
   */
  public static boolean createIfAbsent(String file, byte[] contents) throws IOException {
    String scheme = FileSystems.matchNewResource(file, false).getScheme();
    ExclusiveCreate exclusive = EXCLUSIVE.get(scheme);
    if (exclusive == null) {
      throw new IOException("its file system (%s://) cannot commit output".formatted(scheme));
    }
    return exclusive.create(file, contents);
  }

  /** What is written to a file. */
  @FunctionalInterface
  public interface Contents {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file so that readers see what was there before or the whole new contents. What a
   * killed process leaves has a temporary name in the same folder.
   */
  public static void replace(String file, Contents contents) throws IOException {
    try (Replacement replacement = Replacement.of(file)) {
      contents.writeTo(replacement.out());
      replacement.commit();
    }
  }

  /**
   * Deletes what killed processes have left of {@link #replace} in a folder: files with temporary
   * names that are older than a day. Younger ones may be those of a process that still writes.
   */
  public static void sweepStale(String folder) throws IOException {
    long oldest = System.currentTimeMillis() - STALE_AFTER.toMillis();
    delete(
        list(folder, ArtifactFolder.UNFINISHED + "*").stream()
            .filter(file -> file.lastModifiedMillis() > 0 && file.lastModifiedMillis() < oldest)
            .map(file -> file.resourceId().toString())
            .toList());
  }

  /** Renames; a file that stands there already is replaced, atomically on a local disk. */
  public static void rename(String from, String to) throws IOException {
    FileSystems.rename(
        List.of(FileSystems.matchNewResource(from, false)),
        List.of(FileSystems.matchNewResource(to, false)));
  }

  /**
   * Makes a file's contents known by a second name as well: by a hard link where both are on a disk
   * that has them, otherwise by a copy. Neither may be changed in place afterwards.
   *
   * @param to path of no file yet
   */
  public static void duplicate(String from, String to) throws IOException {
    if (LocalFiles.isLocal(from) && LocalFiles.isLocal(to)) {
      LocalFiles.link(from, to);
    } else {
      FileSystems.copy(
          List.of(FileSystems.matchNewResource(from, false)),
          List.of(FileSystems.matchNewResource(to, false)));
    }
  }

  /** Deletes a local folder if nothing is in it; other file systems have no empty folders. */
  public static void deleteEmptyFolder(String folder) throws IOException {
    if (LocalFiles.isLocal(folder)) {
      try {
        Files.deleteIfExists(LocalFiles.of(folder));
      } catch (DirectoryNotEmptyException e) {
        // Someone still writes there, and clears it at the end.
      }
    }
  }

  /** Deletes files; those that are gone already are no error. */
  public static void delete(List<String> files) throws IOException {
    for (String file : files) {
      if (LocalFiles.isLocal(file)) {
        // Beam's local file system logs a stack trace for each that is missing.
        Files.deleteIfExists(LocalFiles.of(file));
      } else if (find(file).isPresent()) {
        FileSystems.delete(
            List.of(FileSystems.matchNewResource(file, false)),
            StandardMoveOptions.IGNORE_MISSING_FILES);
      }
    }
  }
}
