package io.hydrabeam.pipelines.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** On a local or mounted disk: a hard link, which is whole and refuses to replace. */
public final class LocalExclusiveCreate implements ExclusiveCreate {

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
    Path whole = folder.resolve(ArtifactFolder.UNFINISHED + UUID.randomUUID());
    try {
      try (FileChannel out =
          FileChannel.open(whole, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(contents);
        while (buffer.hasRemaining()) {
          int unused = out.write(buffer);
        }
        out.force(true);
      }
      Files.createLink(path, whole);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(whole);
    }
  }
}
