package io.hydrabeam.pipelines.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.protobuf.Message;
import io.hydrabeam.pipelines.common.HashingOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One attempt to fill an {@link ArtifactFolder}. Files are written under temporary names in the
 * folder; {@link #commit} claims the folder, gives them their names and writes the marker last. Of
 * attempts that meet, the first to claim wins, and the others discard their files; where the winner
 * dies in the middle, the next attempt finishes its commit. It is the same on local disks and
 * object stores: all that is needed is a file that one writer only can create, and files that
 * appear whole. {@link #close} without a commit leaves nothing behind; what a killed process leaves
 * is swept by the next commit.
 */
public final class ArtifactCommit implements Closeable {
  private final ArtifactFolder folder;

  /** Temporary path by final name. */
  private final Map<String, String> temporary = new LinkedHashMap<>();

  private final Map<String, StoredFile> files = new TreeMap<>();

  private boolean claimed;

  ArtifactCommit(ArtifactFolder folder) {
    this.folder = folder;
  }

  /** A stream to the file {@code name}; it belongs to the folder when it has been closed. */
  public OutputStream create(String name) throws IOException {
    String path =
        folder.file("%s%s-%s".formatted(ArtifactFolder.UNFINISHED, UUID.randomUUID(), flat(name)));
    temporary.put(name, path);
    return new HashingOutputStream(Storage.create(path)) {
      private boolean closed;

      @Override
      public void close() throws IOException {
        if (!closed) {
          closed = true;
          super.close();
          files.put(name, new StoredFile(name, bytes(), sha256()));
        }
      }
    };
  }

  /** Adds a file with the given contents. */
  public void write(String name, byte[] contents) throws IOException {
    try (OutputStream out = create(name)) {
      out.write(contents);
    }
  }

  /** Adds a copy of a local file. */
  public void copy(Path local, String name) throws IOException {
    try (OutputStream out = create(name)) {
      Files.copy(local, out);
    }
  }

  /** Adds a file that another worker has written, in this folder and under a temporary name. */
  public void adopt(String path, StoredFile file) {
    temporary.put(file.name(), path);
    files.put(file.name(), file);
  }

  /**
   * Makes the folder visible with all files added.
   *
   * @param content what the marker says of the folder
   * @return false if another attempt had committed before; its files stand, these are discarded
   */
  @CanIgnoreReturnValue
  public boolean commit(Message content) throws IOException {
    if (!files.keySet().equals(temporary.keySet())) {
      throw new IllegalStateException("a file is still open: " + temporary.keySet());
    }
    CommitClaim own =
        new CommitClaim(
            UUID.randomUUID().toString(), temporary, ArtifactFolder.markerText(content, files));
    boolean committed = false;
    while (!folder.isFinished()) {
      // From here on the files belong to the claim, even if its making seems to fail.
      claimed = true;
      Optional<CommitClaim> standing = own.placeIn(folder);
      if (standing.map(CommitClaim::owner).equals(Optional.of(own.owner()))) {
        committed = own.finish(folder);
        break;
      }
      claimed = false;
      if (standing.isPresent()) {
        var unused = standing.get().finish(folder);
      }
    }
    close();
    if (folder.isFinished()) {
      CommitClaim.sweep(folder);
    }
    return committed;
  }

  /** Deletes what was not committed. */
  @Override
  public void close() throws IOException {
    List<String> left = claimed ? List.of() : new ArrayList<>(temporary.values());
    temporary.clear();
    files.clear();
    Storage.delete(left);
  }

  private static String flat(String name) {
    return name.replace('/', '_');
  }
}
