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
