package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.RgbImage;
import java.util.Arrays;

/**
 * Gaussian smoothing of 8-bit images with the window that OpenCV chooses for them: three standard
 * deviations to each side, rounded up to an odd number of pixels, mirrored at the borders without
 * repeating the outermost pixel. Computed in 64 bits and rounded once.
 */
final class GaussianBlur {
  private static final int REACH_IN_SIGMAS = 3;

  private GaussianBlur() {}

  static RgbImage of(RgbImage image, double sigma) {
    double[] weights = weights(sigma);
    int width = image.width();
    int height = image.height();
    double[] across = new double[image.rgb().length];
    int half = weights.length / 2;
    int[] columns = mirrored(width, half);
    for (int y = 0; y < height; y++) {
      int row = y * width * RgbImage.CHANNELS;
      for (int x = 0; x < width; x++) {
        for (int k = 0; k < weights.length; k++) {
          int from = row + columns[x + k] * RgbImage.CHANNELS;
          int to = row + x * RgbImage.CHANNELS;
          across[to] += weights[k] * (image.rgb()[from] & 0xff);
          across[to + 1] += weights[k] * (image.rgb()[from + 1] & 0xff);
          across[to + 2] += weights[k] * (image.rgb()[from + 2] & 0xff);
        }
      }
    }
    return down(across, weights, width, height);
  }

  /** Row by row, so that memory is read in its order. */
  private static RgbImage down(double[] across, double[] weights, int width, int height) {
    int[] rows = mirrored(height, weights.length / 2);
    int stride = width * RgbImage.CHANNELS;
    byte[] rgb = new byte[across.length];
    double[] sums = new double[stride];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, 0);
      for (int k = 0; k < weights.length; k++) {
        int from = rows[y + k] * stride;
        for (int i = 0; i < stride; i++) {
          sums[i] += weights[k] * across[from + i];
        }
      }
      for (int i = 0; i < stride; i++) {
        rgb[y * stride + i] = (byte) (int) Math.rint(sums[i]);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private static double[] weights(double sigma) {
    int size = (int) Math.rint(2 * REACH_IN_SIGMAS * sigma + 1) | 1;
    double[] weights = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double distance = i - size / 2;
      weights[i] = Math.exp(-distance * distance / (2 * sigma * sigma));
      sum += weights[i];
    }
    for (int i = 0; i < size; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /** Where positions from {@code -half} to {@code size + half - 1} lie within 0 to size - 1. */
  private static int[] mirrored(int size, int half) {
    int[] positions = new int[size + 2 * half];
    int period = Math.max(1, 2 * (size - 1));
    for (int i = 0; i < positions.length; i++) {
      int at = Math.floorMod(i - half, period);
      positions[i] = at < size ? at : period - at;
    }
    return positions;
  }
}
