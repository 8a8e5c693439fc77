package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.datasets.ZipArchive;
import io.hydrabeam.pipelines.image.BadImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * KITTI's object detection images, labelled by the closest vehicle. Splits are drawn by drive; the
 * development kit tells the drive of each image: {@code train_rand.txt} has for each the number,
 * from 1, of its line in {@code train_mapping.txt}, whose second word is the drive.
 */
record Kitti(OriginalFiles files) implements PublishedData {
  private static final String IMAGES = "data_object_image_2.zip";
  private static final String LABELS = "data_object_label_2.zip";
  private static final String KIT = "devkit_object.zip";
  private static final String IMAGE_FOLDER = "training/image_2/";
  private static final String LABEL_FILE = "training/label_2/%06d.txt";
  private static final Set<String> VEHICLES = Set.of("Car", "Van", "Truck");
  private static final int FIELDS = 15;
  private static final int DEPTH = 13;

  @Override
  public List<Example> list(String split) throws IOException {
    List<String> drives = drives();
    KittiVideos videos = KittiVideos.of(drives);
    List<Example> examples = new ArrayList<>();
    Zips.read(
        files,
        LABELS,
        zip -> {
          for (int image = 0; image < drives.size(); image++) {
            if (videos.split(drives.get(image)).equals(split)) {
              examples.add(new Example("%06d.png".formatted(image), label(zip, image)));
            }
          }
        });
    return examples;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    SplitLists lists = SplitLists.of(this, splits);
    Zips.read(
        files,
        IMAGES,
        zip -> {
          for (String name : Zips.names(zip)) {
            if (name.startsWith(IMAGE_FOLDER)
                && !lists.visit(MemberName.file(name), Zips.image(zip, name), visitor)) {
              return;
            }
          }
        });
  }

  /** The drive of each image. */
  private List<String> drives() throws IOException {
    List<String> drives = new ArrayList<>();
    Zips.read(
        files,
        KIT,
        zip -> {
          List<String> lines = text(zip, "mapping/train_mapping.txt").lines().toList();
          for (String number : text(zip, "mapping/train_rand.txt").split(",", -1)) {
            int line = number.strip().matches("\\d{1,6}") ? Integer.parseInt(number.strip()) : 0;
            String[] words =
                line < 1 || line > lines.size()
                    ? new String[0]
                    : lines.get(line - 1).split(" ", -1);
            if (words.length < 2) {
              throw new DamagedException(
                  "train_rand.txt names line %s of train_mapping.txt, which has %d lines of a date and a drive"
                      .formatted(number.strip(), lines.size()));
            }
            drives.add(words[1]);
          }
        });
    return drives;
  }

  private static int label(ZipArchive zip, int image) throws IOException, BadImageException {
    String file = LABEL_FILE.formatted(image);
    List<Double> metres = new ArrayList<>();
    for (String line : SplitLists.lines(text(zip, file)).toList()) {
      String[] fields = line.split("\\s+", -1);
      if (fields.length < FIELDS) {
        throw new DamagedException(
            "%s: %d of %d fields in line %s".formatted(file, fields.length, FIELDS, line));
      }
      if (VEHICLES.contains(fields[0])) {
        metres.add(metres(file, fields[DEPTH]));
      }
    }
    return DerivedLabels.kittiDistance(metres.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** As TensorFlow Datasets stores it, in 32 bits. */
  private static double metres(String file, String text) throws DamagedException {
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException e) {
      throw new DamagedException("%s: %s is no distance".formatted(file, text));
    }
  }

  private static String text(ZipArchive zip, String name) throws IOException, BadImageException {
    return new String(zip.read(name), StandardCharsets.UTF_8);
  }
}
