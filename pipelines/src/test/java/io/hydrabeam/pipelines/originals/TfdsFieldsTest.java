package io.hydrabeam.pipelines.originals;

import static com.google.common.truth.Truth.assertThat;

import com.google.protobuf.ByteString;
import io.hydrabeam.pipelines.image.PngEncoder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleFields;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;

final class TfdsFieldsTest {

  @ParameterizedTest
  @CsvSource({"8.0, 0", "8.4, 1", "9.5, 3", "11, 5"})
  void clevr_objects_giveCountAndNearestDepth(float depth, int distance) throws Exception {
    ExampleFields record =
        record(Map.of("objects/pixel_coords", floats(1, 2, 13, 3, 4, depth, 5, 6, 12, 7, 8, 20)));

    assertThat(TfdsFields.clevr(true).label(record)).isEqualTo(1);
    assertThat(TfdsFields.clevr(false).label(record)).isEqualTo(distance);
  }

  @Test
  void kitti_objects_giveNearestVehicle() throws Exception {
    ExampleFields record =
        record(
            Map.of(
                "objects/type", integers(3, 1, 2),
                "objects/location", floats(0, 0, 2, 0, 0, 20.5f, 0, 0, 12)));

    assertThat(TfdsFields.kitti().label(record)).isEqualTo(1);
  }

  @Test
  void dsprites_placesAndDots_giveSixteenthsAndWhite() throws Exception {
    byte[] dots = {0, 0, 0, 1, 1, 1};
    Feature png =
        Feature.newBuilder()
            .setBytesList(
                BytesList.newBuilder()
                    .addValue(ByteString.copyFrom(PngEncoder.encode(new RgbImage(2, 1, dots), 1))))
            .build();
    ExampleFields record = record(Map.of("label_orientation", integers(39), "image", png));
    TfdsFields fields = TfdsFields.dsprites("label_orientation", 40);

    assertThat(fields.label(record)).isEqualTo(15);
    assertThat(fields.pixels(record).decode().rgb())
        .isEqualTo(new byte[] {0, 0, 0, (byte) 255, (byte) 255, (byte) 255});
  }

  private static ExampleFields record(Map<String, Feature> features) throws Exception {
    return ExampleFields.parse(
        Example.newBuilder()
            .setFeatures(Features.newBuilder().putAllFeature(features))
            .build()
            .toByteArray());
  }

  private static Feature floats(float... values) {
    FloatList.Builder list = FloatList.newBuilder();
    for (float value : values) {
      list.addValue(value);
    }
    return Feature.newBuilder().setFloatList(list).build();
  }

  private static Feature integers(long... values) {
    return Feature.newBuilder()
        .setInt64List(Int64List.newBuilder().addAllValue(Arrays.stream(values).boxed().toList()))
        .build();
  }
}
