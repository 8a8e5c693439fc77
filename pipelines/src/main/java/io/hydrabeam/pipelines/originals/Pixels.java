package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.RgbImage;
import java.io.IOException;

/** An image that is being passed over. */
@FunctionalInterface
public interface Pixels {

  /**
   * Takes it out of its archive; what is passed over unfetched costs little.
   *
   * @throws BadImageException if it is of no use
   */
  Fetched fetch() throws IOException, BadImageException;

  /** An image in memory, as it was published; may be decoded in another thread. */
  @FunctionalInterface
  interface Fetched {
    RgbImage decode() throws BadImageException;
  }

  /** The bytes of a JPEG or PNG file. */
  static Fetched encoded(byte[] file) {
    return () -> ImageDecoder.decode(file);
  }
}
