package io.hydrabeam.pipelines.image;

/**
 * Bilinear resizing by a factor as OpenCV's {@code resize} does it by default: sampled at pixel
 * centres, without smoothing when an image becomes smaller. Computed in 64 bits and rounded once,
 * where OpenCV has 11 bits for weights; the difference is one level at most.
 */
public final class LinearResize {
  private LinearResize() {}

  /** Scales both sides by a factor; sizes are rounded, a half to the even number. */
  public static RgbImage by(RgbImage image, double factor) throws BadImageException {
    long width = Math.round(Math.rint(image.width() * factor));
    long height = Math.round(Math.rint(image.height() * factor));
    if (width < 1 || height < 1 || width * height > ImageLimits.MAX_PIXELS) {
      throw new BadImageException(
          "%dx%d pixels times %.3f are none or too many"
              .formatted(image.width(), image.height(), factor));
    }
    Line columns = Line.of((int) width, image.width(), factor);
    Line rows = Line.of((int) height, image.height(), factor);
    byte[] rgb = new byte[(int) (width * height) * RgbImage.CHANNELS];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          double above = row(image, rows.first[y], columns, x, channel);
          double below = row(image, rows.second[y], columns, x, channel);
          double value = above + (below - above) * rows.weight[y];
          rgb[at++] = (byte) (int) Math.rint(value);
        }
      }
    }
    return new RgbImage((int) width, (int) height, rgb);
  }

  private static double row(RgbImage image, int y, Line columns, int x, int channel) {
    int row = y * image.width();
    int left = image.rgb()[(row + columns.first[x]) * RgbImage.CHANNELS + channel] & 0xff;
    int right = image.rgb()[(row + columns.second[x]) * RgbImage.CHANNELS + channel] & 0xff;
    return left + (right - left) * columns.weight[x];
  }

  /** For each pixel of a side the two that it lies between, and the second one's share. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Line(int[] first, int[] second, double[] weight) {
    static Line of(int target, int source, double factor) {
      Line line = new Line(new int[target], new int[target], new double[target]);
      for (int i = 0; i < target; i++) {
        double at = Math.max(0, Math.min(source - 1.0, (i + 0.5) / factor - 0.5));
        line.first[i] = (int) Math.floor(at);
        line.second[i] = Math.min(source - 1, line.first[i] + 1);
        line.weight[i] = at - line.first[i];
      }
      return line;
    }
  }
}
