package io.hydrabeam.pipelines.image;

import io.hydrabeam.protos.Resize;

/**
 * Bicubic resize of 8-bit images, bit for bit as Pillow 9 does it: weights in 22-bit fixed point, a
 * horizontal pass that is rounded and clipped to 8 bits, then a vertical one. A pass along an axis
 * that keeps its size is skipped. The aspect rules are torchvision's.
 *
 * <p>Both passes add up whole lines: the horizontal one takes the image column by column, a block
 * of rows at a time, so that in either the inner loops run over neighbours and become vector
 * instructions (see {@link WeightedLines}).
 */
public final class PillowResize {
  /** Rows of the horizontal pass that are worked on together: long loops, within a core's cache. */
  private static final int BLOCK_ROWS = 512;

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
    if (width == image.width() && height == image.height() && w == width && h == height) {
      return image;
    }
    byte[] out = new byte[w * h * RgbImage.CHANNELS];
    int rowBytes = w * RgbImage.CHANNELS;
    if (height == image.height()) {
      int[][] wide = horizontal(image, width, left, w, top, top + h);
      for (int y = 0; y < h; y++) {
        PackedPixels.write(wide[y], out, y * rowBytes);
      }
      return new RgbImage(w, h, out);
    }
    BicubicWeights axis = BicubicWeights.of(image.height(), height);
    int firstRow = axis.first(top);
    int[][] wide = horizontal(image, width, left, w, firstRow, axis.end(top + h - 1));
    WeightedLines rows = new WeightedLines(axis, w, 0);
    int[] row = new int[w];
    int next = firstRow;
    for (int y = top; y < top + h; y++) {
      for (; next < axis.end(y); next++) {
        rows.put(next, wide[next - firstRow], w);
      }
      rows.sum(y, w, row);
      PackedPixels.write(row, out, (y - top) * rowBytes);
    }
    return new RgbImage(w, h, out);
  }

  /**
   * Rows [firstRow, endRow) with columns [left, left + w) of the image at the new width, as packed
   * pixels [endRow - firstRow, w].
   */
  private static int[][] horizontal(
      RgbImage image, int width, int left, int w, int firstRow, int endRow) {
    int[][] wide = new int[endRow - firstRow][w];
    if (width == image.width()) {
      for (int y = firstRow; y < endRow; y++) {
        PackedPixels.row(image.rgb(), (y * width + left) * RgbImage.CHANNELS, wide[y - firstRow]);
      }
      return wide;
    }
    BicubicWeights axis = BicubicWeights.of(image.width(), width);
    int block = Math.min(wide.length, BLOCK_ROWS);
    WeightedLines columns = new WeightedLines(axis, block, PackedPixels.COLUMNS);
    int[][] in = new int[PackedPixels.COLUMNS][block];
    int[][] out = new int[PackedPixels.COLUMNS][block];
    for (int row = firstRow; row < endRow; row += block) {
      int rows = Math.min(block, endRow - row);
      int next = axis.first(left);
      for (int x = 0; x < w; x++) {
        for (; next < axis.end(left + x); next += PackedPixels.COLUMNS) {
          PackedPixels.columns(image, next, row, rows, in);
          for (int i = 0; i < PackedPixels.COLUMNS; i++) {
            columns.put(next + i, in[i], rows);
          }
        }
        int column = x % PackedPixels.COLUMNS;
        columns.sum(left + x, rows, out[column]);
        if (column == PackedPixels.COLUMNS - 1 || x == w - 1) {
          transpose(out, column + 1, rows, wide, row - firstRow, x - column);
        }
      }
    }
    return wide;
  }

  /** Columns to rows: {@code columns[i][y]} to {@code rows[top + y][left + i]}. */
  private static void transpose(
      int[][] columns, int count, int length, int[][] rows, int top, int left) {
    if (count < PackedPixels.COLUMNS) {
      for (int y = 0; y < length; y++) {
        for (int i = 0; i < count; i++) {
          rows[top + y][left + i] = columns[i][y];
        }
      }
      return;
    }
    int[] first = columns[0];
    int[] second = columns[1];
    int[] third = columns[2];
    int[] fourth = columns[3];
    for (int y = 0; y < length; y++) {
      int[] row = rows[top + y];
      row[left] = first[y];
      row[left + 1] = second[y];
      row[left + 2] = third[y];
      row[left + 3] = fourth[y];
    }
  }
}
