package io.hydrabeam.pipelines.image;

import java.util.Arrays;

/**
 * One pass of the resize: weighted sums of whole lines, which are columns of the image in the
 * horizontal pass and rows in the vertical one. As many lines are kept as one sum takes.
 *
 * <p>Every hot loop runs over ints alone and uses one index for all its arrays. That is what
 * HotSpot 17 turns into vector instructions: it leaves loops scalar that mix bytes with ints, use
 * {@code Math.min}, or read an int array at another offset than they write one.
 */
final class WeightedLines {
  private static final int UNROLLED = 4;

  private final BicubicWeights axis;
  private final int mask;
  private final int[][] red;
  private final int[][] green;
  private final int[][] blue;
  private final int[] redSum;
  private final int[] greenSum;
  private final int[] blueSum;

  /**
   * For sums along {@code axis} of lines of up to {@code length} pixels.
   *
   * @param ahead lines put at most beyond those of the next sum
   */
  WeightedLines(BicubicWeights axis, int length, int ahead) {
    this.axis = axis;
    int lines = Integer.highestOneBit(axis.countMax() + ahead) * 2;
    mask = lines - 1;
    red = new int[lines][length];
    green = new int[lines][length];
    blue = new int[lines][length];
    redSum = new int[length];
    greenSum = new int[length];
    blueSum = new int[length];
  }

  /** Adds the line with number {@code index}, after the one before it. */
  void put(int index, int[] pixels, int length) {
    int slot = index & mask;
    unpack(pixels, length, red[slot], green[slot], blue[slot]);
  }

  /** Output line {@code x}; all lines that it weighs have been put. */
  void sum(int x, int length, int[] out) {
    sum(red, x, length, redSum);
    sum(green, x, length, greenSum);
    sum(blue, x, length, blueSum);
    pack(redSum, greenSum, blueSum, length, out);
  }

  private void sum(int[][] lines, int x, int length, int[] sums) {
    int[] weights = axis.weights();
    int from = axis.first(x);
    int at = axis.offset(x);
    int left = axis.count(x);
    Arrays.fill(sums, 0, length, BicubicWeights.HALF);
    for (; left >= UNROLLED; left -= UNROLLED, from += UNROLLED, at += UNROLLED) {
      addFour(
          sums,
          length,
          lines[from & mask],
          weights[at],
          lines[(from + 1) & mask],
          weights[at + 1],
          lines[(from + 2) & mask],
          weights[at + 2],
          lines[(from + 3) & mask],
          weights[at + 3]);
    }
    for (; left > 0; left--, from++, at++) {
      addOne(sums, length, lines[from & mask], weights[at]);
    }
  }

  private static void addFour(
      int[] sums,
      int length,
      int[] a,
      int forA,
      int[] b,
      int forB,
      int[] c,
      int forC,
      int[] d,
      int forD) {
    for (int i = 0; i < length; i++) {
      sums[i] += forA * a[i] + forB * b[i] + forC * c[i] + forD * d[i];
    }
  }

  private static void addOne(int[] sums, int length, int[] a, int forA) {
    for (int i = 0; i < length; i++) {
      sums[i] += forA * a[i];
    }
  }

  private static void unpack(int[] pixels, int length, int[] red, int[] green, int[] blue) {
    for (int i = 0; i < length; i++) {
      int pixel = pixels[i];
      red[i] = pixel & 0xff;
      green[i] = pixel >> 8 & 0xff;
      blue[i] = pixel >> 16 & 0xff;
    }
  }

  private static void pack(int[] red, int[] green, int[] blue, int length, int[] out) {
    for (int i = 0; i < length; i++) {
      out[i] =
          BicubicWeights.clip(red[i])
              | BicubicWeights.clip(green[i]) << 8
              | BicubicWeights.clip(blue[i]) << 16;
    }
  }
}
