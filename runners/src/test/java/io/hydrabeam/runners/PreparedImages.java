package io.hydrabeam.runners;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** A folder of images as users prepare it: the class is the colour that dominates. */
final class PreparedImages {

  private static final int SIDE = 20;
  private static final int CLASSES = 3;

  private final Path root;

  private PreparedImages(Path root) {
    this.root = root;
  }

  /** Writes a catalog of the tasks and their images, 36 for training and 21 for the test each. */
  static PreparedImages write(Path root, int epochs, String... tasks) throws IOException {
    StringBuilder catalog = new StringBuilder("benchmark: \"colours\"\n");
    for (String task : tasks) {
      catalog.append(
          """
          task {
            name: "%s" classes: %d version: 1
            recipe { learning_rate: 1e-2 scale: 1 batch: 12 epochs: %d drop_path: 0
                     warmup_epochs: 0 origin: "made up for a test" }
          }
          """
              .formatted(task, CLASSES, epochs));
      Path folder = Files.createDirectories(root.resolve("input").resolve(task));
      List<String> train = images(folder, "train", 24);
      List<String> validation = images(folder, "val", 12);
      Files.write(folder.resolve("train800.txt"), train);
      Files.write(folder.resolve("val200.txt"), validation);
      List<String> both = new ArrayList<>(train);
      both.addAll(validation);
      Files.write(folder.resolve("train800val200.txt"), both);
      Files.write(folder.resolve("test.txt"), images(folder, "test", 21));
    }
    Files.writeString(root.resolve("catalog.textproto"), catalog);
    return new PreparedImages(root);
  }

  /** Options that name the catalog, the images and a backbone that is drawn. */
  List<String> options() {
    return List.of(
        "--catalog=" + root.resolve("catalog.textproto"),
        "--input=" + root.resolve("input"),
        "--randomBackbone=tiny",
        "--imageSize=32");
  }

  Path task(String name) {
    return root.resolve("input").resolve(name);
  }

  private static List<String> images(Path folder, String split, int count) throws IOException {
    Random random = new Random(split.hashCode() + folder.getFileName().toString().hashCode());
    Files.createDirectories(folder.resolve("images").resolve(split));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = i % CLASSES;
      String name = "images/%s/%03d.png".formatted(split, i);
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
        int strong = 150 + random.nextInt(100);
        int rgb = strong << (8 * label) | random.nextInt(0x30) * 0x010101;
        image.setRGB(pixel % SIDE, pixel / SIDE, rgb);
      }
      ImageIO.write(image, "png", folder.resolve(name).toFile());
      lines.add(name + " " + label);
    }
    return lines;
  }
}
