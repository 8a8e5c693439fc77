package io.hydrabeam.pipelines.sample;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Draws pictures of a task side by side, a row for each class, into a PNG file.
 *
 * <p>{@code mvn -q -pl pipelines -am test-compile}, then {@code java -cp … ContactSheet FILE
 * COLUMNS ROWS_MAX TASK…}
 */
final class ContactSheet {

  private static final int BORDER = 3;

  private ContactSheet() {}

  public static void main(String[] args) throws IOException {
    int columns = Integer.parseInt(args[1]);
    int rowsMax = Integer.parseInt(args[2]);
    List<String> tasks = List.of(args).subList(3, args.length);
    int step = SampleTasks.IMAGE_SIZE + BORDER;
    int rows =
        tasks.stream()
            .mapToInt(task -> Math.min(rowsMax, SampleTasks.classNames(task).size()))
            .sum();
    BufferedImage sheet =
        new BufferedImage(
            columns * step + BORDER,
            rows * step + (tasks.size() + 1) * BORDER,
            BufferedImage.TYPE_INT_RGB);
    int y = BORDER;
    for (String task : tasks) {
      int classes = Math.min(rowsMax, SampleTasks.classNames(task).size());
      int[] drawn = new int[SampleTasks.classNames(task).size()];
      int missing = classes * columns;
      for (int i = 0; missing > 0; i++) {
        SampleImage image = SampleTasks.draw(task, "train800", i);
        int row = image.label();
        if (row < classes && drawn[row] < columns) {
          copy(image, sheet, BORDER + drawn[row]++ * step, y + row * step);
          missing--;
        }
      }
      y += classes * step + BORDER;
    }
    ImageIO.write(sheet, "png", Path.of(args[0]).toFile());
  }

  private static void copy(SampleImage image, BufferedImage sheet, int x0, int y0) {
    int size = image.size();
    for (int i = 0; i < size * size; i++) {
      int rgb =
          (image.rgb()[3 * i] & 0xff) << 16
              | (image.rgb()[3 * i + 1] & 0xff) << 8
              | image.rgb()[3 * i + 2] & 0xff;
      sheet.setRGB(x0 + i % size, y0 + i / size, rgb);
    }
  }
}
