package io.hydrabeam.pipelines.sample;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Draws a picture file of the tasks: a row for each task, a column for each of its first classes.
 * Run with the test classes of this module on the class path: {@code ContactSheet FILE COLUMNS
 * TASK…}.
 */
final class ContactSheet {

  private static final int BORDER = 3;

  private ContactSheet() {}

  public static void main(String[] args) throws IOException {
    int columns = Integer.parseInt(args[1]);
    List<String> tasks = List.of(args).subList(2, args.length);
    int step = SampleTasks.IMAGE_SIZE + BORDER;
    BufferedImage sheet =
        new BufferedImage(
            columns * step + BORDER, tasks.size() * step + BORDER, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < tasks.size(); row++) {
      String task = tasks.get(row);
      for (int label = 0; label < Math.min(columns, SampleTasks.classNames(task).size()); label++) {
        copy(first(task, label), sheet, BORDER + label * step, BORDER + row * step);
      }
    }
    ImageIO.write(sheet, "png", Path.of(args[0]).toFile());
  }

  /** The first training image of a class. */
  private static SampleImage first(String task, int label) {
    for (int i = 0; ; i++) {
      SampleImage image = SampleTasks.draw(task, "train800", i);
      if (image.label() == label) {
        return image;
      }
    }
  }

  private static void copy(SampleImage image, BufferedImage sheet, int x0, int y0) {
    int size = image.size();
    for (int i = 0; i < size * size; i++) {
      int rgb =
          (image.rgb()[3 * i] & 0xff) << 16
              | (image.rgb()[3 * i + 1] & 0xff) << 8
              | image.rgb()[3 * i + 2] & 0xff;
      // Five bits a channel halve the file and cannot be seen.
      sheet.setRGB(x0 + i % size, y0 + i / size, rgb & 0xf8f8f8);
    }
  }
}
