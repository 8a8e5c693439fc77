package io.hydrabeam.pipelines.image;

import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/**
 * RGB to JPEG as libjpeg-turbo makes it by default, which is what Pillow and OpenCV do: colours at
 * half the resolution (4:2:0), the standard tables scaled by the quality. Safe for use by several
 * threads.
 */
public final class JpegEncoder {
  private static final int QUALITY_MOST = 100;

  private final Session session;
  private final Placeholder<TUint8> pixels;
  private final Placeholder<TInt32> quality;
  private final Operand<TString> contents;

  private JpegEncoder() {
    Graph graph = new Graph();
    Ops tf = Ops.create(graph);
    pixels = tf.placeholder(TUint8.class);
    quality = tf.placeholder(TInt32.class);
    contents = tf.image.encodeJpegVariableQuality(pixels, quality);
    session = CpuSession.of(graph);
  }

  private static final class Shared {
    static final JpegEncoder ENCODER = new JpegEncoder();
  }

  /**
   * A JPEG file.
   *
   * @param quality 1 to 100
   */
  public static byte[] encode(RgbImage image, int quality) {
    if (quality < 1 || quality > QUALITY_MOST) {
      throw new IllegalArgumentException("quality %d is not in 1..100".formatted(quality));
    }
    return Shared.ENCODER.run(image, quality);
  }

  /** The pixels that a JPEG file of an image gives. */
  public static RgbImage roundTrip(RgbImage image, int quality) throws BadImageException {
    return ImageDecoder.decode(encode(image, quality));
  }

  private byte[] run(RgbImage image, int percent) {
    Shape shape = Shape.of(image.height(), image.width(), RgbImage.CHANNELS);
    try (TUint8 input = TUint8.tensorOf(shape, DataBuffers.of(image.rgb(), true, false));
        TInt32 scalar = TInt32.scalarOf(percent);
        Tensor output =
            session
                .runner()
                .feed(pixels, input)
                .feed(quality, scalar)
                .fetch(contents)
                .run()
                .get(0)) {
      return ((TString) output).asBytes().getObject();
    }
  }
}
