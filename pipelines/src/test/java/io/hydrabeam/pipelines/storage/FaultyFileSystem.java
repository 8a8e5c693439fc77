package io.hydrabeam.pipelines.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.io.fs.CreateOptions;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Files at {@code faulty:///path} are those at {@code /path}, but every operation on them may fail
 * as {@link Faults} say. Files appear when they are closed, as on an object store.
 */
public final class FaultyFileSystem extends FileSystem<FaultyResourceId> {
  static final String SCHEME = "faulty";

  /** Makes the file system known. */
  public static final class Registrar implements FileSystemRegistrar {
    @Override
    public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
      return List.of(new FaultyFileSystem());
    }
  }

  /** Commits on it. */
  public static final class Exclusive implements ExclusiveCreate {
    private final LocalExclusiveCreate local = new LocalExclusiveCreate();

    @Override
    public String scheme() {
      return SCHEME;
    }

    @Override
    public boolean create(String file, byte[] contents) throws IOException {
      return Faults.perform(
          "createIfAbsent " + file,
          () -> local.create(FaultyResourceId.local(file).toString(), contents));
    }
  }

  @Override
  protected String getScheme() {
    return SCHEME;
  }

  @Override
  protected FaultyResourceId matchNewResource(String spec, boolean isDirectory) {
    return FaultyResourceId.of(spec, isDirectory);
  }

  @Override
  protected List<MatchResult> match(List<String> specs) throws IOException {
    List<MatchResult> results = new ArrayList<>();
    for (String spec : specs) {
      results.add(Faults.perform("match " + spec, () -> match(spec)));
    }
    return results;
  }

  private static MatchResult match(String spec) throws IOException {
    Path pattern = FaultyResourceId.local(spec);
    Path root = pattern;
    while (root.toString().indexOf('*') >= 0) {
      root = root.getParent();
    }
    if (!Files.exists(root)) {
      return MatchResult.create(
          MatchResult.Status.NOT_FOUND, new java.io.FileNotFoundException(spec));
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    List<MatchResult.Metadata> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && matcher.matches(file)) {
              found.add(
                  MatchResult.Metadata.builder()
                      .setResourceId(FaultyResourceId.of(SCHEME + "://" + file, false))
                      .setSizeBytes(attributes.size())
                      .setIsReadSeekEfficient(true)
                      .build());
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // deleted by another thread meanwhile
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found.isEmpty()
        ? MatchResult.create(MatchResult.Status.NOT_FOUND, new java.io.FileNotFoundException(spec))
        : MatchResult.create(MatchResult.Status.OK, found);
  }

  @Override
  protected WritableByteChannel create(FaultyResourceId id, CreateOptions options)
      throws IOException {
    Path file = id.path();
    Faults.perform("create " + id, () -> Files.createDirectories(file.getParent()));
    Path unseen = Files.createTempFile("faulty", "");
    FileChannel channel = FileChannel.open(unseen, StandardOpenOption.WRITE);
    return new WritableByteChannel() {
      @Override
      public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
      }

      @Override
      public boolean isOpen() {
        return channel.isOpen();
      }

      @Override
      public void close() throws IOException {
        if (channel.isOpen()) {
          channel.close();
          Faults.perform(
              "close " + id, () -> Files.move(unseen, file, StandardCopyOption.REPLACE_EXISTING));
        }
      }
    };
  }

  @Override
  protected ReadableByteChannel open(FaultyResourceId id) throws IOException {
    SeekableByteChannel channel =
        Faults.perform("open " + id, () -> Files.newByteChannel(id.path()));
    return channel;
  }

  @Override
  protected void copy(List<FaultyResourceId> from, List<FaultyResourceId> to) throws IOException {
    for (int i = 0; i < from.size(); i++) {
      Path source = from.get(i).path();
      Path target = to.get(i).path();
      Faults.perform(
          "copy to " + target,
          () -> {
            Files.createDirectories(target.getParent());
            return Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
          });
    }
  }

  /** In two operations, as on an object store. */
  @Override
  protected void rename(
      List<FaultyResourceId> from, List<FaultyResourceId> to, MoveOptions... options)
      throws IOException {
    copy(from, to);
    delete(from);
  }

  @Override
  protected void delete(Collection<FaultyResourceId> ids) throws IOException {
    for (FaultyResourceId id : ids) {
      Faults.perform(
          "delete " + id,
          () -> {
            if (!Files.deleteIfExists(id.path())) {
              throw new NoSuchFileException(id.toString());
            }
            return id;
          });
    }
  }
}
