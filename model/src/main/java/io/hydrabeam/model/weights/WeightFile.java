package io.hydrabeam.model.weights;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Named tensors in a file, open for reading. Opening checks the whole structure; the numbers are
 * read tensor by tensor, so a large file is never in memory twice.
 *
 * <p>Files are checked as if an adversary had made them: a broken one ends in a {@link
 * WeightFileException}, never in exhausted memory, and nothing in a file is ever executed.
 */
public interface WeightFile extends Closeable {

  /** Where the file lies. */
  Path path();

  /** Names of all tensors. */
  Set<String> names();

  /**
   * Shape of a tensor, outermost first; the caller's copy.
   *
   * @throws IllegalArgumentException if there is no such tensor
   */
  int[] shape(String name);

  /** What the writer noted beside the tensors; empty where the format has no place for it. */
  Map<String, String> metadata();

  /**
   * Reads a tensor; half, bfloat16 and double precision are converted to float. The values may be
   * NaN or infinite.
   *
   * @throws WeightFileException if the tensor is not floating or its data are damaged
   * @throws IllegalArgumentException if there is no such tensor
   */
  HostTensor read(String name) throws IOException;

  /**
   * Opens a safetensors or npz file; the contents decide which, not the name.
   *
   * @throws WeightFileException if it is neither, or broken
   */
  static WeightFile open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new WeightFileException(
          file, Files.exists(file) ? "is not a regular file" : "no such file");
    }
    if (!Files.isReadable(file)) {
      throw new WeightFileException(file, "may not be read: no permission");
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(32);
    }
    // A header's opening brace comes first: with the right length, its eight bytes can look like
    // the start of another format.
    if (start.length > 8 && start[8] == '{') {
      return Safetensors.open(file);
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("PK\3\4") || text.startsWith("PK\5\6")) {
      return Npz.open(file);
    }
    if (start.length > 2 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5) {
      throw new WeightFileException(file, PickleFiles.ADVICE);
    }
    if (text.startsWith("\u0093NUMPY")) {
      throw new WeightFileException(
          file, "is a single NumPy array; needed is an npz or safetensors file with all tensors");
    }
    if (text.startsWith("version https://git-lfs")) {
      throw new WeightFileException(
          file, "is a Git LFS pointer, not the weights; fetch them with 'git lfs pull'");
    }
    return Safetensors.open(file);
  }
}
