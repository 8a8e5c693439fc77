package io.hydrabeam.pipelines.image;

/** What an image's header may claim before anything is allocated for it. */
final class ImageLimits {
  /** Where Pillow starts to warn of decompression bombs: 268 MB as RGB. */
  static final int MAX_PIXELS = 89_478_485;

  private ImageLimits() {}

  static void check(int width, int height) throws BadImageException {
    if (width <= 0 || height <= 0) {
      throw new BadImageException("damaged header: %dx%d pixels".formatted(width, height));
    }
    if ((long) width * height > MAX_PIXELS) {
      throw new BadImageException(
          "%dx%d pixels are more than the limit of %,d".formatted(width, height, MAX_PIXELS));
    }
  }
}
