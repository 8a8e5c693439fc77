package io.hydrabeam.pipelines.image;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.protos.Resize;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PillowResizeTest {

  /** v(y, x, c) = (7x + 13y + 29c + xy) mod 256. */
  static RgbImage pattern(int height, int width) {
    byte[] rgb = new byte[height * width * 3];
    for (int y = 0, at = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[at++] = (byte) (7 * x + 13 * y + 29 * c + x * y);
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** Numbers computed with Pillow 9.4.0. */
  @ParameterizedTest
  @CsvSource({
    "5, 7, 224, 224, 12344183, 0b501b5b",
    "5, 7, 9, 4, 8859, 4b704b6f",
    "32, 32, 224, 224, 19388740, 8286f9a4",
    "32, 32, 9, 4, 13933, e419ab33",
    "300, 200, 224, 224, 19203037, 3c4492da",
    "300, 200, 9, 4, 13779, aea47eeb",
  })
  void resize_pattern_equalsPillow(
      int inHeight, int inWidth, int width, int height, long sum, String crc) {
    RgbImage resized = PillowResize.resize(pattern(inHeight, inWidth), width, height);

    long actualSum = 0;
    for (byte value : resized.rgb()) {
      actualSum += value & 0xff;
    }
    CRC32 actualCrc = new CRC32();
    actualCrc.update(resized.rgb());
    assertThat(actualSum).isEqualTo(sum);
    assertThat("%08x".formatted(actualCrc.getValue())).isEqualTo(crc);
  }

  /** Narrow and flat images, blocks of rows and their borders, long and short filters. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 5, 3",
    "2, 1, 4, 4",
    "40, 1, 3, 7",
    "1, 40, 7, 3",
    "9, 2, 2, 5",
    "9, 3, 4, 9",
    "3, 9, 9, 4",
    "37, 53, 31, 37",
    "53, 37, 5, 2",
    "700, 6, 5, 9",
    "1030, 7, 3, 1024",
    "5, 300, 2, 6",
  })
  void resize_anySize_equalsSumPixelByPixel(int inHeight, int inWidth, int width, int height) {
    RgbImage image = pattern(inHeight, inWidth);

    RgbImage resized = PillowResize.resize(image, width, height);

    RgbImage wide = inWidth == width ? image : alongRows(image, width);
    RgbImage turned = turned(wide);
    RgbImage expected = turned(inHeight == height ? turned : alongRows(turned, height));
    assertThat(resized.rgb()).isEqualTo(expected.rgb());
  }

  private static RgbImage alongRows(RgbImage image, int width) {
    BicubicWeights axis = BicubicWeights.of(image.width(), width);
    byte[] out = new byte[width * image.height() * 3];
    for (int to = 0; to < out.length; to++) {
      int x = to / 3 % width;
      int row = to / 3 / width * image.width();
      long sum = BicubicWeights.HALF;
      for (int i = 0; i < axis.count(x); i++) {
        int pixel = image.rgb()[(row + axis.first(x) + i) * 3 + to % 3] & 0xff;
        sum += (long) axis.weights()[axis.offset(x) + i] * pixel;
      }
      out[to] = (byte) Math.max(0, Math.min(255, sum >> 22));
    }
    return new RgbImage(width, image.height(), out);
  }

  private static RgbImage turned(RgbImage image) {
    byte[] out = new byte[image.rgb().length];
    for (int at = 0; at < out.length; at++) {
      int x = at / 3 % image.width();
      int y = at / 3 / image.width();
      out[(x * image.height() + y) * 3 + at % 3] = image.rgb()[at];
    }
    return new RgbImage(image.height(), image.width(), out);
  }

  @Test
  void resize_sameSize_copiesNothing() {
    RgbImage image = pattern(6, 9);

    assertThat(PillowResize.resize(image, 9, 6).rgb()).isSameInstanceAs(image.rgb());
  }

  @Test
  void resize_manyOtherSizesBetween_staysTheSame() {
    RgbImage image = pattern(17, 23);
    byte[] before = PillowResize.resize(image, 11, 5).rgb();
    for (int size = 1; size < 300; size++) {
      assertThat(PillowResize.resize(pattern(size, 3), 2, 2).rgb()).hasLength(12);
    }

    assertThat(PillowResize.resize(image, 11, 5).rgb()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "2, 1", "3, 2", "4, 2", "5, 2", "7, 4", "9, 4", "11, 6"})
  void halfToEven_margin_roundsAsPython(int margin, int half) {
    assertThat(PillowResize.halfToEven(margin)).isEqualTo(half);
  }

  @Test
  void toSquare_cropOfShortSideAtSize_takesTheMiddle() {
    RgbImage image = pattern(4, 9);

    RgbImage cropped = PillowResize.toSquare(image, Resize.CENTER_CROP, 4);

    // margin 5: half to even gives 2
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        assertThat(cropped.rgb()[(y * 4 + x) * 3]).isEqualTo(image.rgb()[(y * 9 + x + 2) * 3]);
      }
    }
  }

  @Test
  void image_ofAnotherLength_isRefused() {
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> new RgbImage(2, 2, new byte[11]));

    assertThat(thrown).hasMessageThat().isEqualTo("2x2 pixels take 12 bytes, got 11");
  }
}
