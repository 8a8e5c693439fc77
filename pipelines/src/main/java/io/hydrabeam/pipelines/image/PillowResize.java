package io.hydrabeam.pipelines.image;

import io.hydrabeam.protos.Resize;
import java.util.Arrays;

/**
 * Bicubic resize of 8-bit images, bit for bit as Pillow 9 does it: weights in 22-bit fixed point, a
 * horizontal pass that is rounded and clipped to 8 bits, then a vertical one. A pass along an axis
 * that keeps its size is skipped. The aspect rules are torchvision's.
 *
 * <p>In the vertical pass whole rows are accumulated, so that every inner loop runs over adjacent
 * bytes.
 */
public final class PillowResize {
  private PillowResize() {}

  /**
   * To a square of {@code size} pixels.
   *
   * @param how {@code SQUASH}: both sides to the size; {@code CENTER_CROP}: the shorter side to the
   *     size, then the middle of the longer
   */
  public static RgbImage toSquare(RgbImage image, Resize how, int size) {
    return switch (how) {
      case SQUASH -> resize(image, size, size);
      case CENTER_CROP -> centerCrop(image, size);
      case UNRECOGNIZED -> throw new IllegalArgumentException("resize is not known: " + how);
    };
  }

  /** To exactly {@code width} x {@code height} pixels. */
  public static RgbImage resize(RgbImage image, int width, int height) {
    return window(image, width, height, 0, 0, width, height);
  }

  private static RgbImage centerCrop(RgbImage image, int size) {
    int width =
        image.width() <= image.height() ? size : longer(size, image.width(), image.height());
    int height =
        image.width() <= image.height() ? longer(size, image.height(), image.width()) : size;
    int left = halfToEven(width - size);
    int top = halfToEven(height - size);
    return window(image, width, height, left, top, size, size);
  }

  /** The longer side's new length: multiplied first, then truncated. */
  private static int longer(int size, int longSide, int shortSide) {
    return Math.toIntExact((long) size * longSide / shortSide);
  }

  /** Half of {@code margin}, rounded half to even, as Python's round. */
  static int halfToEven(int margin) {
    int half = margin / 2;
    return margin % 2 == 1 && half % 2 == 1 ? half + 1 : half;
  }

  /**
   * The window [left, left + w) x [top, top + h) of the image resized to {@code width} x {@code
   * height}. Output pixels do not depend on each other, so what is outside is never computed.
   */
  private static RgbImage window(
      RgbImage image, int width, int height, int left, int top, int w, int h) {
    if (height == image.height()) {
      return new RgbImage(w, h, horizontal(image, width, left, w, top, top + h));
    }
    BicubicWeights vertical = BicubicWeights.of(image.height(), height);
    int firstRow = vertical.first(top);
    int endRow = vertical.first(top + h - 1) + vertical.count(top + h - 1);
    byte[] wide = horizontal(image, width, left, w, firstRow, endRow);
    byte[] out = new byte[w * h * RgbImage.CHANNELS];
    int rowBytes = w * RgbImage.CHANNELS;
    int[] sums = new int[rowBytes];
    for (int y = 0; y < h; y++) {
      Arrays.fill(sums, BicubicWeights.HALF);
      int from = vertical.first(top + y) - firstRow;
      for (int i = 0; i < vertical.count(top + y); i++) {
        int weight = vertical.weights()[vertical.offset(top + y) + i];
        int at = (from + i) * rowBytes;
        for (int x = 0; x < rowBytes; x++) {
          sums[x] += weight * (wide[at + x] & 0xff);
        }
      }
      for (int x = 0, at = y * rowBytes; x < rowBytes; x++) {
        out[at + x] = BicubicWeights.clip(sums[x]);
      }
    }
    return new RgbImage(w, h, out);
  }

  /** Rows [firstRow, endRow) with columns [left, left + w) of the image at the new width. */
  private static byte[] horizontal(
      RgbImage image, int width, int left, int w, int firstRow, int endRow) {
    byte[] in = image.rgb();
    int inBytes = image.width() * RgbImage.CHANNELS;
    int outBytes = w * RgbImage.CHANNELS;
    if (width == image.width()) {
      if (w == width && firstRow == 0 && endRow == image.height()) {
        return in;
      }
      byte[] out = new byte[(endRow - firstRow) * outBytes];
      for (int y = firstRow; y < endRow; y++) {
        System.arraycopy(
            in, y * inBytes + left * RgbImage.CHANNELS, out, (y - firstRow) * outBytes, outBytes);
      }
      return out;
    }
    BicubicWeights axis = BicubicWeights.of(image.width(), width);
    int[] weights = axis.weights();
    byte[] out = new byte[(endRow - firstRow) * outBytes];
    for (int y = firstRow, to = 0; y < endRow; y++) {
      for (int x = left; x < left + w; x++) {
        int red = BicubicWeights.HALF;
        int green = BicubicWeights.HALF;
        int blue = BicubicWeights.HALF;
        int at = y * inBytes + axis.first(x) * RgbImage.CHANNELS;
        int end = axis.offset(x) + axis.count(x);
        for (int i = axis.offset(x); i < end; i++, at += RgbImage.CHANNELS) {
          int weight = weights[i];
          red += weight * (in[at] & 0xff);
          green += weight * (in[at + 1] & 0xff);
          blue += weight * (in[at + 2] & 0xff);
        }
        out[to++] = BicubicWeights.clip(red);
        out[to++] = BicubicWeights.clip(green);
        out[to++] = BicubicWeights.clip(blue);
      }
    }
    return out;
  }
}
