package io.hydrabeam.pipelines.originals;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.image.RgbImage;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BtgrahamTest {

  /** Rounding to 8 bits before and after smoothing, each half a level, is multiplied by four. */
  private static final double ROUNDING = 4.5;

  @ParameterizedTest
  @CsvSource({"400, 300, 1", "900, 640, 2", "1301, 977, 3"})
  void beforeStorage_eye_isNearCalculationWithoutRounding(int width, int height, long seed)
      throws Exception {
    RgbImage photograph = eye(width, height, seed);
    RgbImage treated = Btgraham.beforeStorage(photograph);
    Unrounded exact = new Unrounded(photograph);

    assertThat(treated.width()).isEqualTo(Math.min(540, exact.width / 2 * 2));
    Random random = new Random(seed);
    for (int i = 0; i < 150; i++) {
      int x = random.nextInt(treated.width());
      int y = random.nextInt(treated.height());
      int left = exact.width / 2 - Math.min(270, exact.width / 2);
      int top = exact.height / 2 - Math.min(270, exact.height / 2);
      double dx = x + left - exact.width / 2.0;
      double dy = y + top - exact.height / 2.0;
      double distance = Math.hypot(dx, dy);
      int channel = i % 3;
      int found = treated.rgb()[3 * (y * treated.width() + x) + channel] & 0xff;
      if (distance > 272) {
        assertThat(found).isEqualTo(128);
      } else if (distance < 268) {
        assertThat((double) found)
            .isWithin(ROUNDING)
            .of(exact.contrast(x + left, y + top, channel));
      }
    }
  }

  @Test
  void eyeRadius_darkMiddleRow_isHalfTheHeight() {
    assertThat(Btgraham.eyeRadius(new RgbImage(40, 30, new byte[3 * 40 * 30]))).isEqualTo(15.0);
  }

  @ParameterizedTest
  @CsvSource({"1", "5", "20", "270"})
  void reach_disc_isSymmetricAndWithinAPixelOfTheCircle(int radius) {
    int[] reach = Btgraham.reach(radius);

    for (int row = 0; row <= radius; row++) {
      double exact = Math.sqrt((double) radius * radius - (double) row * row);
      assertThat((double) reach[row]).isWithin(1).of(exact);
      assertThat(reach[reach[row]]).isAtLeast(row);
    }
    assertThat(reach[0]).isEqualTo(radius);
  }

  /** A bright disc with noise on black. */
  private static RgbImage eye(int width, int height, long seed) {
    Random random = new Random(seed);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      double distance = Math.hypot(i % width - width / 2.0, i / width - height / 2.0);
      for (int channel = 0; channel < 3 && distance < height * 0.47; channel++) {
        rgb[3 * i + channel] = (byte) (90 + 30 * channel + random.nextInt(60));
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** The treatment pixel by pixel, in 64 bits throughout and in two dimensions at once. */
  private static final class Unrounded {
    private final RgbImage image;
    private final double factor;
    private final int width;
    private final int height;

    Unrounded(RgbImage image) {
      this.image = image;
      int bright = 0;
      double mean = 0;
      int row = image.height() / 2;
      for (int x = 0; x < image.width(); x++) {
        mean += sum(x, row) / image.width();
      }
      for (int x = 0; x < image.width(); x++) {
        bright += sum(x, row) > mean / 10 ? 1 : 0;
      }
      factor = 300 / (bright / 2.0);
      width = (int) Math.rint(image.width() * factor);
      height = (int) Math.rint(image.height() * factor);
    }

    private double sum(int x, int y) {
      return pixel(x, y, 0) + pixel(x, y, 1) + pixel(x, y, 2);
    }

    private double pixel(int x, int y, int channel) {
      int column = Math.max(0, Math.min(image.width() - 1, x));
      int row = Math.max(0, Math.min(image.height() - 1, y));
      return image.rgb()[3 * (row * image.width() + column) + channel] & 0xff;
    }

    private double scaled(int x, int y, int channel) {
      double column = (x + 0.5) / factor - 0.5;
      double row = (y + 0.5) / factor - 0.5;
      int left = (int) Math.floor(column);
      int top = (int) Math.floor(row);
      double across = column - left;
      double down = row - top;
      return (1 - down)
              * ((1 - across) * pixel(left, top, channel) + across * pixel(left + 1, top, channel))
          + down
              * ((1 - across) * pixel(left, top + 1, channel)
                  + across * pixel(left + 1, top + 1, channel));
    }

    private static int mirrored(int at, int size) {
      int inside = at < 0 ? -at : at;
      return inside < size ? inside : 2 * size - 2 - inside;
    }

    double contrast(int x, int y, int channel) {
      double sum = 0;
      double weights = 0;
      for (int dy = -30; dy <= 30; dy++) {
        for (int dx = -30; dx <= 30; dx++) {
          double weight = Math.exp(-(dx * dx + dy * dy) / 200.0);
          weights += weight;
          sum += weight * scaled(mirrored(x + dx, width), mirrored(y + dy, height), channel);
        }
      }
      double value = 4 * (scaled(x, y, channel) - sum / weights) + 128;
      return Math.max(0, Math.min(255, value));
    }
  }
}
