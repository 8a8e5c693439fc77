package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.RgbImage;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * smallNORB: for each split a matrix of grey stereo pairs [examples, 2, 96, 96], of which the first
 * picture is used, and one of four numbers for each example: instance, elevation, azimuth,
 * lighting.
 *
 * @param files the published ones
 * @param labelColumn of the four numbers
 * @param label of the number there
 */
record Smallnorb(OriginalFiles files, int labelColumn, IntUnaryOperator label)
    implements PublishedData {
  private static final String FILE = "smallnorb-%s-%s.mat.gz";
  private static final int SIDE = 96;
  private static final int PICTURE = SIDE * SIDE;
  private static final int CAMERAS = 2;
  private static final int COLUMNS = 4;
  private static final int ELEVATION = 1;
  private static final int AZIMUTH = 2;

  /** What the files call the splits. */
  private static final SplitNames FILE_NAMES =
      new SplitNames(
          Map.of(
              "train", "5x46789x9x18x6x2x96x96-training",
              "test", "5x01235x9x18x6x2x96x96-testing"));

  static Smallnorb azimuth(OriginalFiles files) {
    return new Smallnorb(files, AZIMUTH, DerivedLabels::smallnorbAzimuth);
  }

  static Smallnorb elevation(OriginalFiles files) {
    return new Smallnorb(files, ELEVATION, IntUnaryOperator.identity());
  }

  @Override
  public List<Example> list(String split) throws IOException {
    List<Example> examples = new ArrayList<>();
    files.read(
        FILE.formatted(FILE_NAMES.of(split), "info"),
        in -> {
          int count = NorbMatrix.read(in, NorbMatrix.INTEGERS, 0, COLUMNS).shape()[0];
          for (int i = 0; i < count; i++) {
            int[] row = new int[COLUMNS];
            for (int column = 0; column < COLUMNS; column++) {
              row[column] = NorbMatrix.integer(in);
            }
            examples.add(new Example(Integer.toString(i), label.applyAsInt(row[labelColumn])));
          }
        });
    return examples;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    for (String split : splits) {
      files.read(
          FILE.formatted(FILE_NAMES.of(split), "dat"),
          in -> {
            int count = NorbMatrix.read(in, NorbMatrix.BYTES, 0, CAMERAS, SIDE, SIDE).shape()[0];
            for (int i = 0; i < count; i++) {
              byte[] pair = in.readNBytes(CAMERAS * PICTURE);
              if (pair.length < CAMERAS * PICTURE) {
                throw new EOFException("it ends within example %d of %d".formatted(i, count));
              }
              if (!visitor.visit(split, Integer.toString(i), () -> () -> grey(pair))) {
                return;
              }
            }
          });
    }
  }

  /** The first picture of a pair. */
  private static RgbImage grey(byte[] pair) {
    byte[] rgb = new byte[PICTURE * RgbImage.CHANNELS];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = pair[i / RgbImage.CHANNELS];
    }
    return new RgbImage(SIDE, SIDE, rgb);
  }
}
