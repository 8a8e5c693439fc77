package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.FileSignature;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.JpegEncoder;
import io.hydrabeam.pipelines.image.LinearResize;
import io.hydrabeam.pipelines.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Images of SUN397: whatever their names say, a few are GIF or BMP files. As in TensorFlow
 * Datasets' configuration {@code tfds} they are scaled to at most 120,000 pixels, and stored as
 * JPEG of the quality that is OpenCV's default.
 */
final class SunImage {
  private static final long PIXELS_LIMIT = 1L << 27;
  private static final double STORED_PIXELS = 120_000;
  private static final int QUALITY = 95;

  private SunImage() {}

  static RgbImage decode(byte[] file) throws BadImageException {
    boolean other = FileSignature.startsWith(file, "GIF8") || FileSignature.startsWith(file, "BM");
    RgbImage image = other ? decodeOther(file) : ImageDecoder.decode(file);
    double pixels = (double) image.width() * image.height();
    RgbImage stored =
        pixels > STORED_PIXELS ? LinearResize.by(image, Math.sqrt(STORED_PIXELS / pixels)) : image;
    return JpegEncoder.roundTrip(stored, QUALITY);
  }

  private static RgbImage decodeOther(byte[] file) throws BadImageException {
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new BadImageException("no reader for it");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        if ((long) reader.getWidth(0) * reader.getHeight(0) > PIXELS_LIMIT) {
          throw new BadImageException(
              "%d x %d pixels are too many".formatted(reader.getWidth(0), reader.getHeight(0)));
        }
        return rgb(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new BadImageException("damaged: " + e.getMessage(), e);
    }
  }

  private static RgbImage rgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
    byte[] rgb = new byte[argb.length * RgbImage.CHANNELS];
    for (int i = 0; i < argb.length; i++) {
      rgb[RgbImage.CHANNELS * i] = (byte) (argb[i] >> 16);
      rgb[RgbImage.CHANNELS * i + 1] = (byte) (argb[i] >> 8);
      rgb[RgbImage.CHANNELS * i + 2] = (byte) argb[i];
    }
    return new RgbImage(width, height, rgb);
  }
}
