package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * CIFAR-100's binary version: an example is a byte of the coarse label, a byte of the fine one, and
 * 32 x 32 pixels as a red, a green and a blue plane.
 */
record Cifar100(OriginalFiles files) implements PublishedData {
  private static final String TAR = "cifar-100-binary.tar.gz";
  private static final String NAMES = "cifar-100-binary/fine_label_names.txt";
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int LABELS = 2;
  private static final int FINE = 1;
  private static final int EXAMPLE = LABELS + PLANE * RgbImage.CHANNELS;

  @Override
  public List<Example> list(String split) throws IOException {
    return list(Set.of(split)).getOrDefault(split, List.of());
  }

  @Override
  public Map<String, List<Example>> list(Set<String> splits) throws IOException {
    Map<String, List<Example>> examples = new TreeMap<>();
    splits.forEach(split -> examples.put(split, new ArrayList<>()));
    each(
        splits,
        (split, position, bytes) -> {
          examples
              .getOrDefault(split, List.of())
              .add(new Example(Integer.toString(position), bytes[FINE]));
          return true;
        });
    return examples;
  }

  @Override
  public List<String> classNames() throws IOException {
    List<String> names = new ArrayList<>();
    Tars.each(
        files,
        TAR,
        (name, in) -> {
          if (name.equals(NAMES)) {
            SplitLists.lines(Tars.text(in)).forEach(names::add);
          }
          return names.isEmpty();
        });
    return names;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    each(
        splits,
        (split, position, bytes) ->
            visitor.visit(split, Integer.toString(position), () -> fetched(bytes)));
  }

  private static Pixels.Fetched fetched(byte[] shared) {
    byte[] bytes = shared.clone();
    return () -> {
      byte[] rgb = new byte[PLANE * RgbImage.CHANNELS];
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = bytes[LABELS + i % RgbImage.CHANNELS * PLANE + i / RgbImage.CHANNELS];
      }
      return new RgbImage(SIDE, SIDE, rgb);
    };
  }

  /** Is shown the bytes of an example, which are valid until the next. */
  private interface ExampleVisitor {
    boolean visit(String split, int position, byte[] bytes) throws IOException;
  }

  private void each(Set<String> splits, ExampleVisitor visitor) throws IOException {
    List<String> left = new ArrayList<>(splits);
    Tars.each(
        files,
        TAR,
        (name, in) -> {
          String split = MemberName.file(name).replace(".bin", "");
          if (name.endsWith(".bin") && left.remove(split) && !each(split, name, in, visitor)) {
            return false;
          }
          return !left.isEmpty();
        });
    if (left.equals(List.copyOf(splits))) {
      throw OriginalFiles.damaged(
          files.path(TAR), new DamagedException("holds no %s.bin".formatted(left.get(0))));
    }
  }

  private static boolean each(String split, String name, InputStream in, ExampleVisitor visitor)
      throws IOException {
    byte[] bytes = new byte[EXAMPLE];
    int position = 0;
    for (int got; (got = in.readNBytes(bytes, 0, EXAMPLE)) > 0; position++) {
      if (got < EXAMPLE) {
        throw new DamagedException(
            "%s ends within example %d: %d of its %,d bytes are there"
                .formatted(name, position, got, EXAMPLE));
      }
      if (!visitor.visit(split, position, bytes)) {
        return false;
      }
    }
    return true;
  }
}
