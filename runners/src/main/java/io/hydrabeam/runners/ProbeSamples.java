package io.hydrabeam.runners;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.Samples;
import io.hydrabeam.model.TextSamples;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.RgbImage;
import java.util.Random;

/** Samples of noise on which two forms of a model are compared. */
final class ProbeSamples {

  static final int COUNT = 4;

  private static final long SEED = 20230913;

  /** Of the longest text, where the model takes as many. */
  private static final int TOKENS = 128;

  private ProbeSamples() {}

  /** As many as {@link #COUNT}: images of noise, or texts of random tokens. */
  static Samples of(BackboneConfig model) {
    return of(model, Integer.MAX_VALUE);
  }

  /**
   * The same.
   *
   * @param tokens that no text has more of
   */
  static Samples of(BackboneConfig model, int tokens) {
    return model instanceof RobertaConfig roberta
        ? texts(roberta, Math.min(tokens, Math.min(TOKENS, roberta.context())))
        : images(model.vision().imageSize());
  }

  private static ImageSamples images(int size) {
    byte[] pixels = new byte[COUNT * size * size * RgbImage.CHANNELS];
    new Random(SEED).nextBytes(pixels);
    return new ImageSamples(size, pixels, COUNT);
  }

  /**
   * Of several lengths, none a multiple that goes without padding: a mask that is wrong is seen.
   */
  private static TextSamples texts(RobertaConfig model, int longest) {
    Random random = new Random(SEED);
    int[][] ids = new int[COUNT][];
    for (int i = 0; i < COUNT; i++) {
      ids[i] =
          random.ints(Math.max(1, longest * (i + 1) / COUNT - 1), 0, model.vocabulary()).toArray();
    }
    return new TextSamples(ids);
  }

  /** Where a command's line tells their number. */
  static String field(BackboneConfig model) {
    return model instanceof RobertaConfig ? "probeTexts" : "probeImages";
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
