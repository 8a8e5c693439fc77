package io.hydrabeam.pipelines.image;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Fixed-point weights of Pillow's bicubic filter along one axis: output {@code x} is the weighted
 * sum of inputs {@code first(x) … first(x) + count(x) - 1}.
 *
 * <p>Filter: a = -0.5, reaching 2 pixels to each side, stretched by in/out when shrinking. Weights
 * are normalised in double precision, then rounded half away from zero to 22 bits; two of the 32
 * bits are left for overshoot, eight for the pixel.
 */
final class BicubicWeights {
  /** Half a unit, added before the shift rounds. */
  static final int HALF = 1 << 21;

  private static final int PRECISION_BITS = 22;
  private static final double REACH = 2.0;

  /** Keeps memory bounded if every image has another size; then the cache starts anew. */
  private static final int CACHED_MAX = 256;

  private static final ConcurrentHashMap<Long, BicubicWeights> CACHE = new ConcurrentHashMap<>();

  private final int[] first;
  private final int[] count;
  private final int[] weights; // [out, stride]
  private final int stride;

  private BicubicWeights(int in, int out) {
    double scale = (double) in / out;
    double stretch = Math.max(scale, 1.0);
    double support = REACH * stretch;
    double inverse = 1.0 / stretch;
    stride = (int) Math.ceil(support) * 2 + 1;
    first = new int[out];
    count = new int[out];
    weights = new int[out * stride];
    double[] exact = new double[stride];
    for (int x = 0; x < out; x++) {
      double centre = (x + 0.5) * scale;
      int low = Math.max((int) (centre - support + 0.5), 0);
      int high = Math.min((int) (centre + support + 0.5), in);
      first[x] = low;
      count[x] = high - low;
      double sum = 0;
      for (int i = 0; i < high - low; i++) {
        exact[i] = filter((i + low - centre + 0.5) * inverse);
        sum += exact[i];
      }
      for (int i = 0; i < high - low; i++) {
        double weight = exact[i] / sum * (1 << PRECISION_BITS);
        weights[x * stride + i] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
    }
  }

  /** Weights from {@code in} to {@code out} pixels. */
  static BicubicWeights of(int in, int out) {
    long key = (long) in << 32 | out;
    BicubicWeights found = CACHE.get(key);
    if (found == null) {
      found = new BicubicWeights(in, out);
      if (CACHE.size() >= CACHED_MAX) {
        CACHE.clear();
      }
      CACHE.put(key, found);
    }
    return found;
  }

  int first(int x) {
    return first[x];
  }

  int count(int x) {
    return count[x];
  }

  /** After the last input of output {@code x}. */
  int end(int x) {
    return first[x] + count[x];
  }

  /** No output weighs more inputs. */
  int countMax() {
    return stride;
  }

  /** Where output {@code x}'s weights begin in {@link #weights}. */
  int offset(int x) {
    return x * stride;
  }

  /** All weights; not to be changed. */
  int[] weights() {
    return weights;
  }

  /**
   * The pixel of a weighted sum that began with {@link #HALF}. Without a branch or {@code
   * Math.min}, either of which would keep the loops that call this from becoming vector
   * instructions.
   */
  static int clip(int sum) {
    int pixel = sum >> PRECISION_BITS;
    int notNegative = pixel & ~(pixel >> 31);
    int above = notNegative - 255;
    return 255 + (above & (above >> 31));
  }

  private static double filter(double x) {
    double distance = Math.abs(x);
    if (distance < 1.0) {
      return (1.5 * distance - 2.5) * distance * distance + 1.0;
    }
    if (distance < 2.0) {
      return -0.5 * (((distance - 5.0) * distance + 8.0) * distance - 4.0);
    }
    return 0.0;
  }
}
