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
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * One attempt to fill an {@link ArtifactFolder}. Files are written under temporary names in the
 * folder; {@link #commit} gives them their names and writes the marker last. If two attempts meet,
 * the first to commit wins and the other discards its files. {@link #close} without a commit leaves
 * nothing behind; what a killed process leaves is swept by the next commit.
 */
public final class ArtifactCommit implements Closeable {
  private final ArtifactFolder folder;

  /** Temporary path by final name. */
  private final Map<String, String> temporary = new LinkedHashMap<>();

  private final Map<String, StoredFile> files = new TreeMap<>();

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
    if (isCommitted(content)) {
      close();
      return false;
    }
    String marker = folder.file(ArtifactFolder.UNFINISHED + UUID.randomUUID());
    try (OutputStream out = Storage.create(marker)) {
      out.write(ArtifactFolder.markerText(content, files));
    }
    try {
      boolean met = false;
      for (Map.Entry<String, String> entry : temporary.entrySet()) {
        met |= !moved(entry.getValue(), entry.getKey());
      }
      if (met && isCommitted(content)) {
        close();
        return false;
      }
      Storage.rename(marker, folder.file(ArtifactFolder.MARKER));
    } catch (IOException e) {
      if (isCommitted(content)) {
        close(); // another attempt committed in between and swept these files
        return false;
      }
      throw e;
    }
    temporary.clear();
    sweep();
    return true;
  }

  /**
   * Gives a file its name; false if it stood there already, moved by another attempt that had
   * adopted the same file.
   */
  private boolean moved(String path, String name) throws IOException {
    try {
      Storage.rename(path, folder.file(name));
      return true;
    } catch (IOException e) {
      StoredFile expected = files.get(name);
      Optional<MatchResult.Metadata> there = Storage.find(folder.file(name));
      if (expected != null
          && there.isPresent()
          && there.get().sizeBytes() == expected.bytes()
          && Storage.find(path).isEmpty()) {
        return false;
      }
      throw e;
    }
  }

  private boolean isCommitted(Message content) throws IOException {
    return folder.read(content.getDefaultInstanceForType()).isPresent();
  }

  /** Deletes what was not committed. */
  @Override
  public void close() throws IOException {
    List<String> left = new ArrayList<>(temporary.values());
    temporary.clear();
    files.clear();
    Storage.delete(left);
  }

  /**
   * The folder is finished, so whatever still has a temporary name comes from an attempt that died.
   */
  private void sweep() throws IOException {
    List<MatchResult.Metadata> left = Storage.list(folder.path(), ArtifactFolder.UNFINISHED + "*");
    Storage.delete(left.stream().map(metadata -> metadata.resourceId().toString()).toList());
  }

  private static String flat(String name) {
    return name.replace('/', '_');
  }
}
