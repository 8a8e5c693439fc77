package io.hydrabeam.pipelines.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** On a local or mounted disk: a hard link, which is whole and refuses to replace. */
public final class LocalExclusiveCreate implements ExclusiveCreate {
  private static final int ATTEMPTS = 10;

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public boolean create(String file, byte[] contents) throws IOException {
    Path path = LocalFiles.of(file);
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("is a disk's root");
    }
    Files.createDirectories(folder);
    for (int attempt = 1; ; attempt++) {
      Path whole = folder.resolve(ArtifactFolder.UNFINISHED + UUID.randomUUID());
      try {
        write(whole, contents);
        Files.createLink(path, whole);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } catch (NoSuchFileException e) {
        // A commit that ended just now has swept it.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      } finally {
        Files.deleteIfExists(whole);
      }
    }
  }

  private static void write(Path file, byte[] contents) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(contents);
      while (buffer.hasRemaining()) {
        int unused = out.write(buffer);
      }
      out.force(true);
    }
  }
}
