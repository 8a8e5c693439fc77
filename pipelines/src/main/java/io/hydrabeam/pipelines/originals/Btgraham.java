package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.JpegEncoder;
import io.hydrabeam.pipelines.image.LinearResize;
import io.hydrabeam.pipelines.image.RgbImage;

/**
 * What the winner of the Diabetic Retinopathy competition did to photographs of eyes, with a radius
 * of 300 pixels, as TensorFlow Datasets' configuration {@code btgraham-300} does it: scaled so that
 * the eyeball has that radius, four times the difference to the local average around grey, the
 * outermost tenth greyed out, cropped, and stored as JPEG of quality 72.
 */
final class Btgraham {
  private static final int RADIUS = 300;
  private static final int KEPT_RADIUS = RADIUS * 9 / 10;
  private static final double SIGMA = RADIUS / 30.0;
  private static final int CONTRAST = 4;
  private static final int GREY = 128;
  private static final int QUALITY = 72;

  /** A pixel belongs to the eye if it is brighter than this share of the middle row's mean. */
  private static final double EYE_BRIGHTNESS = 0.1;

  private Btgraham() {}

  static RgbImage treat(RgbImage photograph) throws BadImageException {
    return JpegEncoder.roundTrip(beforeStorage(photograph), QUALITY);
  }

  /** As {@link #treat}, before it is made a JPEG. */
  static RgbImage beforeStorage(RgbImage photograph) throws BadImageException {
    RgbImage scaled = LinearResize.by(photograph, RADIUS / eyeRadius(photograph));
    return cropToDisc(subtractLocalAverage(scaled));
  }

  /** Half the number of bright pixels in the middle row; half the height where there are none. */
  static double eyeRadius(RgbImage image) {
    int width = image.width();
    int row = image.height() / 2 * width;
    long[] sums = new long[width];
    long total = 0;
    for (int x = 0; x < width; x++) {
      for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
        sums[x] += image.rgb()[(row + x) * RgbImage.CHANNELS + channel] & 0xff;
      }
      total += sums[x];
    }
    double least = (double) total / width * EYE_BRIGHTNESS;
    int bright = 0;
    for (long sum : sums) {
      bright += sum > least ? 1 : 0;
    }
    double radius = bright / 2.0;
    return radius < 1 ? image.height() / 2.0 : radius;
  }

  private static RgbImage subtractLocalAverage(RgbImage image) {
    byte[] blurred = GaussianBlur.of(image, SIGMA).rgb();
    byte[] rgb = new byte[blurred.length];
    for (int i = 0; i < rgb.length; i++) {
      int value = CONTRAST * ((image.rgb()[i] & 0xff) - (blurred[i] & 0xff)) + GREY;
      rgb[i] = (byte) Math.max(0, Math.min(255, value));
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }

  private static RgbImage cropToDisc(RgbImage image) {
    int centreX = image.width() / 2;
    int centreY = image.height() / 2;
    int left = Math.max(centreX - KEPT_RADIUS, 0);
    int right = Math.min(centreX + KEPT_RADIUS, image.width());
    int top = Math.max(centreY - KEPT_RADIUS, 0);
    int bottom = Math.min(centreY + KEPT_RADIUS, image.height());
    int[] reach = reach(KEPT_RADIUS);
    byte[] rgb = new byte[(right - left) * (bottom - top) * RgbImage.CHANNELS];
    int at = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        boolean kept = Math.abs(x - centreX) <= reach[Math.abs(y - centreY)];
        int from = (y * image.width() + x) * RgbImage.CHANNELS;
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          rgb[at++] = kept ? image.rgb()[from + channel] : (byte) GREY;
        }
      }
    }
    return new RgbImage(right - left, bottom - top, rgb);
  }

  /**
   * For each distance from a disc's middle row how far its pixels reach to the left and right. It
   * is drawn by the midpoint algorithm, as OpenCV draws it: from the middle row and the middle
   * column at once, an octant each.
   */
  static int[] reach(int radius) {
    int[] reach = new int[radius + 1];
    int across = radius;
    int error = 0;
    for (int along = 0; along <= across; along++) {
      reach[along] = Math.max(reach[along], across);
      reach[across] = Math.max(reach[across], along);
      error += 2 * along + 1;
      if (error > 0) {
        across--;
        error -= 2 * across + 1;
      }
    }
    return reach;
  }
}
