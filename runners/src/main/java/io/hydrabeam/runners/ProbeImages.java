package io.hydrabeam.runners;

import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.RgbImage;
import java.util.Random;

/** Images of noise on which two forms of a model are compared. */
final class ProbeImages {

  static final int COUNT = 4;

  private static final long SEED = 20230913;

  private ProbeImages() {}

  /**
   * The images, {@code [COUNT, size, size, 3]} uint8 RGB.
   *
   * @param size side in pixels
   */
  static byte[] pixels(int size) {
    byte[] pixels = new byte[COUNT * size * size * RgbImage.CHANNELS];
    new Random(SEED).nextBytes(pixels);
    return pixels;
  }

  /** The images as a model takes them. */
  static ImageSamples samples(byte[] pixels) {
    int size = (int) Math.round(Math.sqrt(pixels.length / (double) (COUNT * RgbImage.CHANNELS)));
    return new ImageSamples(size, pixels, COUNT);
  }

  /**
   * The largest difference of two values at the same place.
   *
   * @param what the values are, for the error
   * @throws HydraException if a value is not finite
   */
  static double largestDifference(String what, float[][] first, float[][] second) {
    double largest = 0;
    for (int i = 0; i < COUNT; i++) {
      for (int c = 0; c < first[i].length; c++) {
        double difference = Math.abs((double) first[i][c] - second[i][c]);
        if (!Double.isFinite(difference)) {
          throw HydraException.failed("the model's %s are not finite".formatted(what));
        }
        largest = Math.max(largest, difference);
      }
    }
    return largest;
  }

  /** The largest value without its sign. */
  static double largest(String what, float[][] values) {
    return largestDifference(what, values, new float[COUNT][values[0].length]);
  }
}
