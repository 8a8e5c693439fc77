package io.hydrabeam.model.graph;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.Samples;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.TextSamples;
import io.hydrabeam.model.TokenBuckets;
import java.util.Arrays;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * How a model's graph is fed samples: images as uint8 {@code [rows, size, size, 3]}, texts as ids
 * {@code [rows, length]} with {@link RobertaTransformer#NO_TOKEN} behind their ends.
 *
 * @param config sizes of the model
 */
public record SampleFeed(BackboneConfig config) {

  /** What images have for a length: they are all alike. */
  public static final int NO_LENGTH = 0;

  /** The length that a sample is padded to. */
  public int length(Samples samples, int row) {
    return samples instanceof TextSamples texts ? length(texts.ids()[row].length) : NO_LENGTH;
  }

  /** The length that all of the samples are padded to, that of the longest. */
  public int length(Samples samples) {
    int longest = NO_LENGTH;
    for (int row = 0; row < samples.count(); row++) {
      longest = Math.max(longest, length(samples, row));
    }
    return longest;
  }

  private int length(int tokens) {
    return TokenBuckets.length(tokens, roberta().context());
  }

  /** Where a graph takes so many rows. */
  public Placeholder<? extends TType> placeholder(Ops tf, long rows, int length) {
    if (config instanceof RobertaConfig) {
      return tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(rows, length)));
    }
    int size = config.vision().imageSize();
    return tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(rows, size, size, 3)));
  }

  /**
   * What is fed, to be closed by the caller.
   *
   * @param chosen positions among the samples
   * @param rows as many as the placeholder takes; those behind the chosen are black, or empty
   */
  public Tensor tensor(Samples samples, int[] chosen, int rows, int length) {
    if (samples instanceof TextSamples texts) {
      int[] ids = new int[Math.multiplyExact(rows, length)];
      Arrays.fill(ids, RobertaTransformer.NO_TOKEN);
      for (int i = 0; i < chosen.length; i++) {
        int[] text = texts.ids()[chosen[i]];
        System.arraycopy(text, 0, ids, i * length, text.length);
      }
      return Tensors.ints(ids, rows, length);
    }
    ImageSamples images = (ImageSamples) samples;
    int size = config.vision().imageSize();
    int image = size * size * 3;
    byte[] pixels = new byte[Math.multiplyExact(rows, image)];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(images.pixels(), chosen[i] * image, pixels, i * image, image);
    }
    return Tensors.bytes(pixels, rows, size, size, 3);
  }

  private RobertaConfig roberta() {
    if (config instanceof RobertaConfig roberta) {
      return roberta;
    }
    throw new IllegalArgumentException("the model reads images; needed is one of texts");
  }
}
