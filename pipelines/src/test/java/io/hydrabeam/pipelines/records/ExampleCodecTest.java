package io.hydrabeam.pipelines.records;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.Resize;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.Int64List;

final class ExampleCodecTest {
  private static final ImageOptions OPTIONS =
      ImageOptions.newBuilder().setImageSize(24).setResize(Resize.CENTER_CROP).build();

  private static RgbImage image(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    new Random(width).nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }

  private static RgbImage target(RgbImage source) {
    return PillowResize.toSquare(source, OPTIONS.getResize(), OPTIONS.getImageSize());
  }

  private static byte[] encode(RgbImage source, StorageFormat format) {
    return ExampleCodec.encode("test/7", List.of(3), source, target(source), format).bytes();
  }

  private static Features features(byte[] record) throws IOException {
    return Example.parseFrom(record).getFeatures();
  }

  private static long number(byte[] record, String name) throws IOException {
    return features(record).getFeatureOrThrow(name).getInt64List().getValue(0);
  }

  @ParameterizedTest
  @EnumSource(StorageFormat.class)
  void decode_anyFormatAndSize_givesTargetPixels(StorageFormat format) throws IOException {
    for (RgbImage source : new RgbImage[] {image(7, 9), image(24, 24), image(60, 31)}) {
      ImageRecord record = ExampleCodec.decode(encode(source, format), OPTIONS);

      assertThat(record.key()).isEqualTo("test/7");
      assertThat(record.label()).isEqualTo(3);
      assertThat(record.width()).isEqualTo(24);
      assertThat(record.height()).isEqualTo(24);
      assertThat(record.rgb()).isEqualTo(target(source).rgb());
    }
  }

  @Test
  void encode_smallSource_isStoredAtItsOwnSize() throws IOException {
    byte[] small = encode(image(7, 9), StorageFormat.RAW);
    byte[] large = encode(image(60, 31), StorageFormat.RAW);

    assertThat(number(small, ExampleCodec.WIDTH)).isEqualTo(7);
    assertThat(number(small, ExampleCodec.HEIGHT)).isEqualTo(9);
    assertThat(number(large, ExampleCodec.WIDTH)).isEqualTo(24);
  }

  @Test
  void encode_twice_givesTheSameBytes() {
    assertThat(encode(image(7, 9), StorageFormat.AUTO))
        .isEqualTo(encode(image(7, 9), StorageFormat.AUTO));
  }

  /** Records and hashes of data that were stored when an image had exactly one label stay right. */
  @Test
  void encode_oneLabel_givesTheBytesOfOldRecords() {
    assertThat(Hashing.sha256Hex(encode(image(7, 9), StorageFormat.RAW)))
        .isEqualTo("7a1c175b94a3a2dbabd49e4a6732ca800b748c9c102c9d48420ee9a246e249cb");
  }

  @Test
  void decode_severalLabelsOrNone_areAsStored() throws IOException {
    RgbImage source = image(7, 9);
    for (List<Integer> labels : List.of(List.of(2, 5), List.<Integer>of())) {
      byte[] record =
          ExampleCodec.encode("k", labels, source, target(source), StorageFormat.RAW).bytes();

      ImageRecord decoded = ExampleCodec.decode(record, OPTIONS);

      assertThat(decoded.labels()).asList().isEqualTo(labels);
      assertThrows(IllegalStateException.class, decoded::label);
    }
  }

  @Test
  void encode_autoOfNoise_staysRaw() {
    RgbImage noise = image(7, 9);
    RgbImage flat = new RgbImage(20, 20, new byte[1200]);

    assertThat(
            ExampleCodec.encode("k", List.of(0), noise, target(noise), StorageFormat.AUTO).stored())
        .isEqualTo(StorageFormat.RAW);
    assertThat(
            ExampleCodec.encode("k", List.of(0), flat, target(flat), StorageFormat.AUTO).stored())
        .isEqualTo(StorageFormat.PNG);
  }

  @Test
  void decode_missingFeature_isNamed() throws IOException {
    Features without =
        features(encode(image(7, 9), StorageFormat.RAW)).toBuilder()
            .removeFeature(ExampleCodec.LABEL)
            .build();

    IOException thrown =
        assertThrows(IOException.class, () -> ExampleCodec.decode(bytes(without), OPTIONS));

    assertThat(thrown).hasMessageThat().isEqualTo("record lacks image/label");
  }

  @Test
  void decode_sizeThatDoesNotFit_isRefused() throws IOException {
    Features wrong =
        features(encode(image(7, 9), StorageFormat.RAW)).toBuilder()
            .putFeature(
                ExampleCodec.WIDTH,
                Feature.newBuilder().setInt64List(Int64List.newBuilder().addValue(8)).build())
            .build();

    IOException thrown =
        assertThrows(IOException.class, () -> ExampleCodec.decode(bytes(wrong), OPTIONS));

    assertThat(thrown)
        .hasMessageThat()
        .isEqualTo("image test/7 cannot be read: 189 bytes are not 8x9 pixels");
  }

  @Test
  void decode_otherBytes_isRefused() {
    IOException thrown =
        assertThrows(IOException.class, () -> ExampleCodec.decode(new byte[] {9, 9, 9}, OPTIONS));

    assertThat(thrown).hasMessageThat().isEqualTo("record is not a tf.Example");
  }

  @Test
  void of_unknownFormat_namesTheChoices() {
    var thrown = assertThrows(IllegalArgumentException.class, () -> StorageFormat.of("jpg"));

    assertThat(thrown).hasMessageThat().isEqualTo("image format (jpg) must be auto, raw or png");
  }

  private static byte[] bytes(Features features) {
    return Example.newBuilder().setFeatures(features).build().toByteArray();
  }
}
