package io.hydrabeam.pipelines.image;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEG of four components to RGB. ImageIO gives the samples untouched, and Pillow's formula turns
 * them into RGB; TensorFlow's decoder has another formula and is off by one here and there. Like
 * Pillow this takes the samples for inverted, as Adobe writes them.
 */
final class CmykJpegDecoder {
  private static final int YCCK = 2;
  private static final int SCALE_BITS = 16;
  private static final int HALF = 1 << (SCALE_BITS - 1);

  private CmykJpegDecoder() {}

  static RgbImage decode(byte[] file, JpegHeader header) throws BadImageException {
    int[] samples = samples(file, header);
    byte[] rgb = new byte[header.width() * header.height() * RgbImage.CHANNELS];
    for (int from = 0, to = 0; to < rgb.length; from += 4, to += RgbImage.CHANNELS) {
      if (header.adobeTransform() == YCCK) {
        yccToCmy(samples, from);
      }
      int notBlack = samples[from + 3]; // inverted: 255 - K
      for (int i = 0; i < RgbImage.CHANNELS; i++) {
        int ink = 255 - samples[from + i];
        rgb[to + i] = (byte) Math.max(0, notBlack - productOver255(ink, notBlack));
      }
    }
    return new RgbImage(header.width(), header.height(), rgb);
  }

  private static int[] samples(byte[] file, JpegHeader header) throws BadImageException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
    if (!readers.hasNext()) {
      throw new IllegalStateException("this Java runtime has no JPEG reader");
    }
    ImageReader reader = readers.next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      boolean[] warned = new boolean[1];
      reader.addIIOReadWarningListener((source, warning) -> warned[0] = true);
      Raster raster = reader.readRaster(0, null);
      if (warned[0]
          || raster.getNumBands() != 4
          || raster.getWidth() != header.width()
          || raster.getHeight() != header.height()) {
        throw new BadImageException("truncated or damaged JPEG");
      }
      return raster.getPixels(0, 0, header.width(), header.height(), (int[]) null);
    } catch (IIOException e) {
      throw new BadImageException("truncated or damaged JPEG", e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    } finally {
      reader.dispose();
    }
  }

  /** YCC to inverted RGB, which is CMY, in libjpeg's fixed point. */
  private static void yccToCmy(int[] samples, int at) {
    int luma = samples[at];
    int blueness = samples[at + 1] - 128;
    int redness = samples[at + 2] - 128;
    int red = luma + ((fixed(1.40200) * redness + HALF) >> SCALE_BITS);
    int green =
        luma + ((-fixed(0.34414) * blueness - fixed(0.71414) * redness + HALF) >> SCALE_BITS);
    int blue = luma + ((fixed(1.77200) * blueness + HALF) >> SCALE_BITS);
    samples[at] = clip(255 - red);
    samples[at + 1] = clip(255 - green);
    samples[at + 2] = clip(255 - blue);
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << SCALE_BITS) + 0.5);
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }

  /** a * b / 255, rounded, as Pillow computes it without a division. */
  private static int productOver255(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
  }
}
