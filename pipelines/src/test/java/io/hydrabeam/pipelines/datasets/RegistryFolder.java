package io.hydrabeam.pipelines.datasets;

import io.hydrabeam.pipelines.image.PngEncoder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** A registry with one small data set of three classes, which tests then change or damage. */
public final class RegistryFolder {
  /** Name of the data set and task. */
  public static final String TASK = "tiny";

  /** Training images; six of each class. */
  public static final int TRAIN = 18;

  /** Test images. */
  public static final int TEST = 7;

  private final Path root;

  private RegistryFolder(Path root) {
    this.root = root;
  }

  /** Writes a text-format set: train images in a deflated zip, test images in a stored one. */
  public static RegistryFolder write(Path root) throws IOException {
    RegistryFolder folder = new RegistryFolder(root);
    folder.file("labels.txt", "cat\ndog\nbird\n");
    folder.zip("train.zip", true, images(0, TRAIN));
    folder.zip("test.zip", false, images(100, TEST));
    folder.index("train", 0, TRAIN);
    folder.index("test", 100, TEST);
    folder.registry(TRAIN, TEST, "classification_multiclass");
    folder.catalog("");
    return folder;
  }

  private void index(String usage, int from, int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("%s.zip@a b/%d.png %d\n".formatted(usage, from + i, i % 3));
    }
    file(usage + ".txt", lines.toString());
  }

  /** Image files by name, {@code a b/<number>.png}. */
  public static Map<String, byte[]> images(int from, int count) {
    Map<String, byte[]> images = new LinkedHashMap<>();
    for (int i = from; i < from + count; i++) {
      images.put("a b/%d.png".formatted(i), PngEncoder.encode(image(i), 1));
    }
    return images;
  }

  /** The picture of that number. */
  public static RgbImage image(int number) {
    Random random = new Random(number);
    int width = 8 + random.nextInt(20);
    int height = 8 + random.nextInt(20);
    byte[] rgb = new byte[width * height * RgbImage.CHANNELS];
    random.nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }

  /** A file of the data set. */
  public Path path(String name) {
    return root.resolve("sets/tiny").resolve(name);
  }

  /** Writes a file of the data set. */
  public void file(String name, String text) throws IOException {
    file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a file of the data set. */
  public void file(String name, byte[] bytes) throws IOException {
    Files.createDirectories(path(name).getParent());
    Files.write(path(name), bytes);
  }

  /** Writes a zip of the data set. */
  public void zip(String name, boolean deflated, Map<String, byte[]> members) throws IOException {
    Files.createDirectories(path(name).getParent());
    try (OutputStream out = Files.newOutputStream(path(name));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        ZipEntry entry = new ZipEntry(member.getKey());
        entry.setTime(0);
        if (!deflated) {
          CRC32 crc = new CRC32();
          crc.update(member.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(member.getValue().length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(member.getValue());
        zip.closeEntry();
      }
    }
  }

  /** Writes the registry with the sizes that it claims. */
  public void registry(int train, int test, String type) throws IOException {
    registry(
        """
        [{"name": "tiny", "version": 1, "root_folder": "gone", "labelmap": "gone.txt"},
         {"name": "tiny", "version": 3, "type": "%s", "root_folder": "sets/tiny",
          "labelmap": "labels.txt",
          "train": {"index_path": "train.txt", "num_images": %d},
          "test": {"index_path": "test.txt", "num_images": %d}},
         {"name": "boxes", "type": "object_detection"}]
        """
            .formatted(type, train, test));
  }

  /** Writes the registry. */
  public void registry(String text) throws IOException {
    Files.writeString(root.resolve("vision_datasets.json"), text);
  }

  /** Writes the catalog anew, with more fields of the task in protobuf's text format. */
  public void catalog(String fields) throws IOException {
    Files.writeString(
        root.resolve("own.textproto"),
        """
        benchmark: "own"
        layout: VISION_DATASETS
        seed: 0
        task { name: "tiny" classes: 3 version: 1 resize: CENTER_CROP %s }
        """
            .formatted(fields));
  }

  /** Options of preprocess on this folder. */
  public PreprocessOptions options(Path examples, String... more) {
    List<String> args = new ArrayList<>();
    if (Arrays.stream(more).noneMatch(arg -> arg.startsWith("--catalog="))) {
      args.add("--catalog=" + root.resolve("own.textproto"));
      args.add("--input=" + root);
    }
    args.add("--examples=" + examples);
    args.add("--imageSize=16");
    args.addAll(List.of(more));
    return PipelineOptionsFactory.fromArgs(args.toArray(String[]::new))
        .withValidation()
        .as(PreprocessOptions.class);
  }
}
