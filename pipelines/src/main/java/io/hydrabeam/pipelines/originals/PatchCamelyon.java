package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * PatchCamelyon: for each split an HDF5 file with pixels x [examples, 96, 96, 3] and one with
 * labels y [examples, 1, 1, 1], both packed by gzip.
 */
record PatchCamelyon(OriginalFiles files) implements PublishedData {
  private static final String FILE = "camelyonpatch_level_2_split_%s_%s.h5.gz";
  private static final int SIDE = 96;

  /** What the files and keys call the splits. */
  private static final SplitNames FILE_NAMES =
      new SplitNames(Map.of("train", "train", "validation", "valid", "test", "test"));

  @Override
  public List<Example> list(String split) throws IOException {
    String name = FILE_NAMES.of(split);
    List<Example> examples = new ArrayList<>();
    try (Hdf5File file = Hdf5File.open(files, FILE.formatted(name, "y"), 0)) {
      byte[] labels = file.bytes("y", 0, 1, 1, 1).all();
      for (int i = 0; i < labels.length; i++) {
        examples.add(new Example(key(name, i), labels[i]));
      }
    }
    return examples;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    for (String split : splits) {
      String name = FILE_NAMES.of(split);
      int examples = list(split).size();
      long bytes = (long) examples * SIDE * SIDE * RgbImage.CHANNELS;
      try (Hdf5File file = Hdf5File.open(files, FILE.formatted(name, "x"), bytes)) {
        Hdf5File.Bytes pixels = file.bytes("x", examples, SIDE, SIDE, RgbImage.CHANNELS);
        for (int i = 0; i < examples; i++) {
          int example = i;
          if (!visitor.visit(split, key(name, i), () -> fetched(pixels.example(example)))) {
            return;
          }
        }
      }
    }
  }

  /** Noise, which is stored as it is: to look at some, gigabytes would have to be unpacked. */
  @Override
  public List<RgbImage> probe(String split, int most) {
    byte[] rgb = new byte[SIDE * SIDE * RgbImage.CHANNELS];
    new Random(0).nextBytes(rgb);
    return List.of(new RgbImage(SIDE, SIDE, rgb));
  }

  private static String key(String name, int position) {
    return "%s_%d".formatted(name, position);
  }

  private static Pixels.Fetched fetched(byte[] rgb) {
    return () -> new RgbImage(SIDE, SIDE, rgb);
  }
}
