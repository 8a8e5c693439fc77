package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.image.PngEncoder;
import io.hydrabeam.pipelines.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** A small prepared folder of one task "tiny" with three classes, and a catalog for it. */
public final class ImageFolder {
  static final String TASK = "tiny";
  static final int CLASSES = 3;
  static final Map<String, Integer> SIZES =
      Map.of("train800", 8, "val200", 4, "train800val200", 12, "test", 10);

  private final Path root;
  private final Map<String, List<String>> lists = new HashMap<>();

  private ImageFolder(Path root) {
    this.root = root;
  }

  /** Writes images of assorted sizes; train800val200 repeats the other two. */
  public static ImageFolder write(Path root) throws IOException {
    ImageFolder folder = new ImageFolder(root);
    for (String split : Splits.ALL) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < SIZES.get(split); i++) {
        String path = "images/%s/%06d.png".formatted(split, i);
        folder.put(path, PngEncoder.encode(image(picture(split, i)), 6));
        lines.add(path + " " + picture(split, i) % CLASSES);
      }
      folder.list(split, lines);
    }
    Files.writeString(root.resolve(TASK).resolve("labels.txt"), "a\nb\nc\n");
    folder.catalog("");
    return folder;
  }

  private static int picture(String split, int i) {
    return switch (split) {
      case "val200" -> 8 + i;
      case "test" -> 100 + i;
      default -> i;
    };
  }

  static RgbImage image(int seed) {
    Random random = new Random(seed);
    int width = 5 + random.nextInt(30);
    int height = 5 + random.nextInt(30);
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (seed * 16 + i / 3 % width * 3 + random.nextInt(8));
    }
    return new RgbImage(width, height, rgb);
  }

  Path task() {
    return root.resolve(TASK);
  }

  void put(String path, byte[] bytes) throws IOException {
    Path file = task().resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  List<String> lines(String split) {
    return new ArrayList<>(lists.get(split));
  }

  void list(String split, List<String> lines) throws IOException {
    lists.put(split, List.copyOf(lines));
    listBytes(split, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  void listBytes(String split, byte[] bytes) throws IOException {
    Files.createDirectories(task());
    Files.write(task().resolve(split + ".txt"), bytes);
  }

  void shuffle(String split, long seed) throws IOException {
    List<String> lines = lines(split);
    Collections.shuffle(lines, new Random(seed));
    list(split, lines);
  }

  /** Writes the catalog anew, with more fields of the task in protobuf's text format. */
  void catalog(String fields) throws IOException {
    StringBuilder text = new StringBuilder("benchmark: \"own\"\ntask {\n  name: \"tiny\"\n");
    text.append("  classes: 3\n  version: 1\n");
    SIZES.forEach(
        (split, size) ->
            text.append("  split_size { key: \"%s\" value: %d }\n".formatted(split, size)));
    Files.writeString(root.resolve("own.textproto"), text + fields + "}\n");
  }

  PreprocessOptions options(Path examples, String... more) {
    return options(examples.toString(), more);
  }

  public PreprocessOptions options(String examples, String... more) {
    List<String> args = new ArrayList<>();
    args.add("--catalog=" + root.resolve("own.textproto"));
    args.add("--input=" + root);
    args.add("--examples=" + examples);
    args.addAll(List.of(more));
    if (args.stream().noneMatch(arg -> arg.startsWith("--imageSize="))) {
      args.add("--imageSize=16");
    }
    return PipelineOptionsFactory.fromArgs(args.toArray(String[]::new))
        .withValidation()
        .as(PreprocessOptions.class);
  }
}
