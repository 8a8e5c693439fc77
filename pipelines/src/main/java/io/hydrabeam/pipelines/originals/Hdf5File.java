package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.storage.DiskSpace;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.TemporaryFolder;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An HDF5 file, which needs random access: a packed or remote one is copied to a temporary file,
 * whose size is known from what it must hold and compared before and while it is written.
 */
final class Hdf5File implements AutoCloseable {
  /** What a file may have beyond the numbers that it must hold, bytes. */
  private static final long OVERHEAD_BYTES = 1L << 26;

  private static final int BUFFER_BYTES = 1 << 16;

  private final String path;
  private final Path folder;
  private final HdfFile file;

  private Hdf5File(String path, Path folder, HdfFile file) {
    this.path = path;
    this.folder = folder;
    this.file = file;
  }

  /**
   * Unpacks and opens a file.
   *
   * @param bytes of the numbers that it holds
   * @throws io.hydrabeam.pipelines.common.HydraException naming it if it is missing, damaged or
   *     longer than that, or the disk has no room for it
   */
  static Hdf5File open(OriginalFiles files, String name, long bytes) throws IOException {
    String path = files.path(name);
    Path folder = TemporaryFolder.create();
    try {
      if (LocalFiles.isLocal(path) && !path.endsWith(".gz")) {
        return new Hdf5File(path, folder, new HdfFile(LocalFiles.of(path)));
      }
      DiskSpace.require(folder.toString(), bytes + OVERHEAD_BYTES);
      Path copy = folder.resolve("file.h5");
      files.read(
          name,
          in -> {
            try (OutputStream out = Files.newOutputStream(copy)) {
              byte[] buffer = new byte[BUFFER_BYTES];
              long written = 0;
              for (int n; (n = in.read(buffer)) >= 0; written += n) {
                if (written + n > bytes + OVERHEAD_BYTES) {
                  throw new DamagedException(
                      "unpacks to more than %,d bytes; its examples have %,d"
                          .formatted(bytes + OVERHEAD_BYTES, bytes));
                }
                out.write(buffer, 0, n);
              }
            }
          });
      return new Hdf5File(path, folder, new HdfFile(copy));
    } catch (HdfException e) {
      TemporaryFolder.delete(folder);
      throw damaged(path, e);
    } catch (IOException | RuntimeException e) {
      TemporaryFolder.delete(folder);
      throw e;
    }
  }

  private static RuntimeException damaged(String path, HdfException e) {
    return OriginalFiles.damaged(
        path,
        new DamagedException(
            "is no whole HDF5 file: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " ")));
  }

  /** An array of unsigned bytes, whose first dimension counts examples. */
  final class Bytes {
    private final Dataset data;
    private final int[] shape;

    private Bytes(Dataset data, int[] shape) {
      this.data = data;
      this.shape = shape;
    }

    /** All numbers. */
    byte[] all() {
      return part(new long[shape.length], shape);
    }

    /** The numbers of an example. */
    byte[] example(int position) {
      int[] size = shape.clone();
      size[0] = 1;
      long[] from = new long[shape.length];
      from[0] = position;
      return part(from, size);
    }

    private byte[] part(long[] from, int[] size) {
      byte[] flat = new byte[Arrays.stream(size).reduce(1, Math::multiplyExact)];
      try {
        int filled = flatten(data.getData(from, size), flat, 0);
        if (filled != flat.length) {
          throw new HdfException("%d of %d numbers are there".formatted(filled, flat.length));
        }
      } catch (HdfException e) {
        throw damaged(path, e);
      }
      return flat;
    }
  }

  /**
   * An array.
   *
   * @param shape it must have; its first dimension may be 0 for any
   */
  Bytes bytes(String name, int... shape) throws IOException {
    Node node = file.getChildren().get(name);
    if (!(node instanceof Dataset data)) {
      throw OriginalFiles.damaged(path, new DamagedException("has no array " + name));
    }
    int[] found = data.getDimensions();
    int[] wanted = shape.clone();
    if (wanted[0] == 0 && found.length > 0) {
      wanted[0] = found[0];
    }
    boolean ofBytes = data.getDataType().getSize() == 1;
    if (!Arrays.equals(found, wanted) || !ofBytes) {
      throw OriginalFiles.damaged(
          path,
          new DamagedException(
              "its array %s is %s of %d bytes each, not %s of one"
                  .formatted(
                      name,
                      Arrays.toString(found),
                      data.getDataType().getSize(),
                      Arrays.toString(wanted))));
    }
    return new Bytes(data, found);
  }

  /** The library gives nested arrays, of bytes or of wider numbers where bytes are unsigned. */
  private static int flatten(Object values, byte[] flat, int at) {
    if (values instanceof byte[] bytes) {
      System.arraycopy(bytes, 0, flat, at, bytes.length);
      return at + bytes.length;
    }
    if (values instanceof int[] ints) {
      for (int value : ints) {
        flat[at++] = (byte) value;
      }
      return at;
    }
    if (values instanceof Object[] nested) {
      for (Object value : nested) {
        at = flatten(value, flat, at);
      }
      return at;
    }
    throw new HdfException("numbers of an unexpected type");
  }

  @Override
  public void close() throws IOException {
    file.close();
    TemporaryFolder.delete(folder);
  }
}
