package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.RgbImage;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The Street View House Numbers, cropped digits: an array X [32, 32, 3, examples] of pixels, which
 * lie with the row fastest, then the column, then the colour, and an array y of digits.
 */
record Svhn(OriginalFiles files) implements PublishedData {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int EXAMPLE = PLANE * RgbImage.CHANNELS;
  private static final int EXAMPLES_LIMIT = 1 << 20;

  private static String file(String split) {
    return split + "_32x32.mat";
  }

  @Override
  public List<Example> list(String split) throws IOException {
    List<Example> examples = new ArrayList<>();
    each(
        split,
        "y",
        array -> {
          for (int digit : array.numbers(EXAMPLES_LIMIT)) {
            examples.add(new Example(Integer.toString(examples.size()), DerivedLabels.svhn(digit)));
          }
        });
    return examples;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    for (String split : splits) {
      each(split, "X", array -> visit(split, array, visitor));
    }
  }

  private static void visit(String split, MatFile.Array array, Visitor visitor) throws IOException {
    int[] sizes = array.dimensions();
    if (sizes.length != 4
        || sizes[0] != SIDE
        || sizes[1] != SIDE
        || sizes[2] != RgbImage.CHANNELS
        || !array.ofBytes()
        || array.bytes() != (long) EXAMPLE * sizes[3]) {
      throw new DamagedException(
          "its array X is %s of %d bytes, not unsigned bytes [32, 32, 3, examples]"
              .formatted(Arrays.toString(sizes), array.bytes()));
    }
    for (int i = 0; i < sizes[3]; i++) {
      byte[] pixels = array.in().readNBytes(EXAMPLE);
      if (pixels.length < EXAMPLE) {
        throw new EOFException("array X ends within example %d of %d".formatted(i, sizes[3]));
      }
      if (!visitor.visit(split, Integer.toString(i), () -> () -> image(pixels))) {
        return;
      }
    }
  }

  private static RgbImage image(byte[] columns) {
    byte[] rgb = new byte[EXAMPLE];
    for (int i = 0; i < EXAMPLE; i++) {
      int pixel = i / RgbImage.CHANNELS;
      rgb[i] = columns[i % RgbImage.CHANNELS * PLANE + pixel % SIDE * SIDE + pixel / SIDE];
    }
    return new RgbImage(SIDE, SIDE, rgb);
  }

  /** Is shown an array. */
  private interface Reader {
    void read(MatFile.Array array) throws IOException;
  }

  private void each(String split, String name, Reader reader) throws IOException {
    List<String> found = new ArrayList<>();
    files.read(
        file(split),
        in ->
            MatFile.each(
                in,
                array -> {
                  if (!array.name().equals(name)) {
                    return true;
                  }
                  found.add(name);
                  reader.read(array);
                  return false;
                }));
    if (found.isEmpty()) {
      throw OriginalFiles.damaged(
          files.path(file(split)), new DamagedException("has no array " + name));
    }
  }
}
