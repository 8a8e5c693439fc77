package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleCodec;
import io.hydrabeam.pipelines.records.ExampleFields;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Where a data set of TensorFlow Datasets has a task's label and pixels.
 *
 * @param labelOf a record's label
 * @param brightness what pixels are multiplied with: 255 where they are stored as 0 and 1
 */
public record TfdsFields(Label labelOf, int brightness) {
  private static final String IMAGE = "image";

  /** Reads a label. */
  interface Label {
    int of(ExampleFields record) throws IOException;
  }

  /** The fields of a data set whose labels are classes. */
  static TfdsFields labelled(String feature) {
    return new TfdsFields(record -> record.integer(feature), 1);
  }

  /** dSprites' fields: several places or orientations are one class. */
  static TfdsFields dsprites(String feature, int values) {
    return new TfdsFields(
        record -> DerivedLabels.dspritesClass(record.integer(feature), values), 255);
  }

  /** CLEVR's fields: three numbers for each object, of which the last is the depth. */
  static TfdsFields clevr(boolean count) {
    return new TfdsFields(
        record -> {
          List<Float> coordinates = record.floats("objects/pixel_coords");
          double[] depths = new double[coordinates.size() / 3];
          for (int i = 0; i < depths.length; i++) {
            depths[i] = coordinates.get(3 * i + 2);
          }
          return count
              ? DerivedLabels.clevrCount(depths.length)
              : DerivedLabels.clevrDistance(depths);
        },
        1);
  }

  /** KITTI's fields: types 0 to 2 are vehicles; the last of three numbers is the distance. */
  static TfdsFields kitti() {
    return new TfdsFields(
        record -> {
          int[] types = record.integers("objects/type");
          List<Float> locations = record.floats("objects/location");
          if (locations.size() != 3 * types.length) {
            throw new DamagedException(
                "an example has %d objects and %d numbers of places"
                    .formatted(types.length, locations.size()));
          }
          double[] metres = new double[types.length];
          int vehicles = 0;
          for (int i = 0; i < types.length; i++) {
            if (types[i] <= 2) {
              metres[vehicles++] = locations.get(3 * i + 2);
            }
          }
          return DerivedLabels.kittiDistance(Arrays.copyOf(metres, vehicles));
        },
        1);
  }

  int label(ExampleFields record) throws IOException {
    return ExampleCodec.hasPixels(record) ? record.integer(ExampleCodec.LABEL) : labelOf.of(record);
  }

  /** A JPEG or PNG file, or what this program has stored. */
  Pixels.Fetched pixels(ExampleFields record) throws IOException, BadImageException {
    if (ExampleCodec.hasPixels(record)) {
      RgbImage own = ExampleCodec.pixels(record);
      return () -> own;
    }
    byte[] file = record.bytes(IMAGE).toByteArray();
    return brightness == 1 ? Pixels.encoded(file) : () -> brighter(ImageDecoder.decode(file));
  }

  private RgbImage brighter(RgbImage image) throws BadImageException {
    byte[] rgb = new byte[image.rgb().length];
    for (int i = 0; i < rgb.length; i++) {
      int value = (image.rgb()[i] & 0xff) * brightness;
      if (value > 255) {
        throw new BadImageException("a pixel is %d, not 0 or 1".formatted(value / brightness));
      }
      rgb[i] = (byte) value;
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }
}
