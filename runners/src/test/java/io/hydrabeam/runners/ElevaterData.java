package io.hydrabeam.runners;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.image.PngEncoder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.protos.Task;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A registry with small stand-ins for ELEVATER's twenty data sets: as many classes as the catalog
 * says, text and COCO indexes, zips stored and deflated, one set in plain folders, one with blanks
 * in its paths. A class shows as a colour, so that there is something to learn.
 */
final class ElevaterData {
  private static final Set<String> COCO =
      Set.of("hateful-memes", "kitti-distance", "resisc45_clip");
  private static final String IN_FOLDERS = "dtd";
  private static final String WITH_BLANKS = "oxford-iiit-pets";

  private final Path root;
  private final int trainPerClass;
  private final int testPerClass;

  private ElevaterData(Path root, int trainPerClass, int testPerClass) {
    this.root = root;
    this.trainPerClass = trainPerClass;
    this.testPerClass = testPerClass;
  }

  /** Writes them to a folder; {@code args}: the folder, training and test images per class. */
  public static void main(String[] args) throws IOException {
    write(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
  }

  /** Writes the registry and all data sets below {@code root}. */
  static void write(Path root, int trainPerClass, int testPerClass) throws IOException {
    ElevaterData data = new ElevaterData(root, trainPerClass, testPerClass);
    List<String> entries = new ArrayList<>();
    List<Task> tasks = Catalogs.load(Catalogs.ELEVATER).getTaskList();
    for (int i = 0; i < tasks.size(); i++) {
      entries.add(data.write(tasks.get(i), i % 2 == 0));
    }
    entries.add(
        "{\"name\": \"mnist\", \"version\": 0, \"root_folder\": \"old\", \"labelmap\": \"old.txt\"}");
    entries.add(
        "{\"name\": \"boxes\", \"type\": \"object_detection\", \"root_folder\": \"boxes\"}");
    Files.writeString(
        root.resolve("vision_datasets.json"), "[\n" + String.join(",\n", entries) + "\n]\n");
  }

  private record Picture(String path, List<Integer> labels) {}

  private String write(Task task, boolean stored) throws IOException {
    Path folder = root.resolve("classification").resolve(task.getName());
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("labels.txt"),
        IntStream.range(0, task.getClasses())
            .mapToObj(label -> "class " + label + "\n")
            .collect(Collectors.joining()));
    List<String> usages = new ArrayList<>();
    for (String usage : List.of("train", "test")) {
      List<Picture> pictures = pictures(task, usage);
      String zip = task.getName().equals(IN_FOLDERS) ? "" : usage + ".zip";
      writeImages(task, folder, zip, stored, pictures);
      boolean coco = COCO.contains(task.getName());
      String index = usage + (coco ? ".json" : ".txt");
      Files.writeString(
          folder.resolve(index), coco ? coco(task, zip, pictures) : text(zip, pictures));
      usages.add(
          "\"%s\": {\"index_path\": \"%s\", \"files_for_local_usage\": [\"%s\"], \"num_images\": %d}"
              .formatted(usage, index, zip, pictures.size()));
    }
    return """
        {"name": "%s", "version": 1, "description": "a stand-in", "type": "classification_%s",
         "root_folder": "classification/%s", %s,
         %s}"""
        .formatted(
            task.getName(),
            task.getMultilabel() ? "multilabel" : "multiclass",
            task.getName(),
            COCO.contains(task.getName()) ? "\"format\": \"coco\"" : "\"labelmap\": \"labels.txt\"",
            String.join(",\n ", usages));
  }

  private List<Picture> pictures(Task task, String usage) {
    int count = task.getClasses() * (usage.equals("train") ? trainPerClass : testPerClass);
    String blank = task.getName().equals(WITH_BLANKS) ? " of a pet" : "";
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> labels = new ArrayList<>(List.of(i % task.getClasses()));
      if (task.getMultilabel() && i % 3 == 0) {
        labels.add((i + 7) % task.getClasses());
      }
      if (task.getMultilabel() && i % 11 == 5) {
        labels.clear();
      }
      pictures.add(new Picture("%s/%05d%s.png".formatted(usage, i, blank), labels));
    }
    return pictures;
  }

  private static void writeImages(
      Task task, Path folder, String zip, boolean stored, List<Picture> pictures)
      throws IOException {
    Random random = new Random(task.getName().hashCode());
    if (zip.isEmpty()) {
      for (Picture picture : pictures) {
        Path file = folder.resolve(picture.path);
        Files.createDirectories(file.getParent());
        Files.write(file, png(task, picture, random));
      }
      return;
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(zip)));
        ZipOutputStream members = new ZipOutputStream(out)) {
      for (Picture picture : pictures) {
        byte[] png = png(task, picture, random);
        ZipEntry entry = new ZipEntry(picture.path);
        entry.setTime(0);
        if (stored) {
          CRC32 crc = new CRC32();
          crc.update(png);
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(png.length);
          entry.setCrc(crc.getValue());
        }
        members.putNextEntry(entry);
        members.write(png);
        members.closeEntry();
      }
    }
  }

  /** A stripe for each label, in the colour that stands for it. */
  private static byte[] png(Task task, Picture picture, Random random) {
    int width = 14 + random.nextInt(6);
    int height = 14 + random.nextInt(6);
    byte[] rgb = new byte[width * height * RgbImage.CHANNELS];
    int stripes = Math.max(1, picture.labels.size());
    for (int i = 0; i < rgb.length; i++) {
      int row = i / RgbImage.CHANNELS / width;
      int label = picture.labels.isEmpty() ? -1 : picture.labels.get(row * stripes / height);
      double phase = 2 * Math.PI * ((double) label / task.getClasses() + i % 3 / 3.0);
      double level = label < 0 ? 128 : 128 + 100 * Math.sin(phase);
      rgb[i] = (byte) (level + random.nextInt(20));
    }
    return PngEncoder.encode(new RgbImage(width, height, rgb), 1);
  }

  private static String text(String zip, List<Picture> pictures) {
    StringBuilder lines = new StringBuilder();
    for (Picture picture : pictures) {
      lines.append(zip.isEmpty() ? "" : zip + "@").append(picture.path);
      if (!picture.labels.isEmpty()) {
        lines.append(' ');
        lines.append(picture.labels.stream().map(String::valueOf).collect(Collectors.joining(",")));
      }
      lines.append('\n');
    }
    return lines.toString();
  }

  /** Ids that neither start at 0 nor are in order. */
  private static String coco(Task task, String zip, List<Picture> pictures) {
    List<String> images = new ArrayList<>();
    List<String> annotations = new ArrayList<>();
    List<String> categories = new ArrayList<>();
    for (int i = pictures.size() - 1; i >= 0; i--) {
      images.add(
          "{\"id\": %d, \"file_name\": \"%s\", \"zip_file\": \"%s\"}"
              .formatted(i + 10, pictures.get(i).path, zip));
      for (int label : pictures.get(i).labels) {
        annotations.add(
            "{\"id\": %d, \"image_id\": %d, \"category_id\": %d}"
                .formatted(annotations.size() + 1, i + 10, 3 * label + 1));
      }
    }
    for (int label = task.getClasses() - 1; label >= 0; label--) {
      categories.add("{\"id\": %d, \"name\": \"class %d\"}".formatted(3 * label + 1, label));
    }
    return "{\"images\": [%s],\n\"annotations\": [%s],\n\"categories\": [%s]}\n"
        .formatted(
            String.join(",\n", images),
            String.join(",\n", annotations),
            String.join(",\n", categories));
  }
}
