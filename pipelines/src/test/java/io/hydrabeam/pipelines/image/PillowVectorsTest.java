package io.hydrabeam.pipelines.image;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.Vectors;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.protos.Resize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Pixels and resized pixels of Pillow 9.4.0, exactly. */
final class PillowVectorsTest {
  private static List<JsonNode> images() throws IOException {
    List<JsonNode> images = new ArrayList<>();
    new ObjectMapper()
        .readTree(Vectors.read("pillow/index.json"))
        .path("images")
        .forEach(images::add);
    return images;
  }

  @Test
  void images_ofTheSet_areThere() throws IOException {
    assertThat(images()).isNotEmpty();
  }

  @TestFactory
  List<DynamicTest> decodeAndResize_vector_equalsPillow() throws IOException {
    return images().stream()
        .map(
            image ->
                DynamicTest.dynamicTest(
                    image.path("file").asText(),
                    () -> check(image.path("file").asText(), image.path("plain"), false)))
        .toList();
  }

  @TestFactory
  List<DynamicTest> orientDecodeAndResize_vectorWithExif_equalsPillow() throws IOException {
    List<DynamicTest> tests =
        images().stream()
            .filter(image -> image.has("exif"))
            .map(
                image ->
                    DynamicTest.dynamicTest(
                        image.path("file").asText(),
                        () -> check(image.path("file").asText(), image.path("exif"), true)))
            .toList();
    assertThat(tests).isNotEmpty();
    return tests;
  }

  private static void check(String name, JsonNode expected, boolean oriented)
      throws IOException, BadImageException {
    byte[] file = Vectors.read("pillow/" + name);
    RgbImage image = ImageDecoder.decode(file);
    if (oriented) {
      image = ExifOrientation.of(file).apply(image);
    }
    assertThat(image.width()).isEqualTo(expected.path("rgb_width").asInt());
    assertThat(image.height()).isEqualTo(expected.path("rgb_height").asInt());
    byte[] raw = Vectors.gunzip("pillow/" + expected.path("rgb_raw").asText());
    assertWithMessage("largest difference").that(largestDifference(image.rgb(), raw)).isEqualTo(0);
    assertThat(Hashing.sha256Hex(image.rgb())).isEqualTo(expected.path("rgb_sha256").asText());
    int sizes = 0;
    for (var fields = expected.fields(); fields.hasNext(); ) {
      var field = fields.next();
      String feature = field.getKey();
      if (feature.matches("(squash|crop)\\d+_sha256")) {
        Resize how = feature.startsWith("crop") ? Resize.CENTER_CROP : Resize.SQUASH;
        int size = Integer.parseInt(feature.replaceAll("\\D*(\\d+)_sha256", "$1"));
        RgbImage resized = PillowResize.toSquare(image, how, size);
        assertWithMessage(feature)
            .that(Hashing.sha256Hex(resized.rgb()))
            .isEqualTo(field.getValue().asText());
        sizes++;
      }
    }
    assertThat(sizes).isAtLeast(2);
  }

  private static int largestDifference(byte[] actual, byte[] expected) {
    assertThat(actual).hasLength(expected.length);
    int largest = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs((actual[i] & 0xff) - (expected[i] & 0xff)));
    }
    return largest;
  }
}
