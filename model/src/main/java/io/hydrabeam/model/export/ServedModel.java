package io.hydrabeam.model.export;

import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.Samples;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.TextSamples;
import io.hydrabeam.model.graph.RobertaTransformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.TFloat32;

/**
 * A SavedModel as any program sees it that loads one: by its tag and its signatures.
 *
 * <p>Close it to free TensorFlow's memory.
 */
public final class ServedModel implements AutoCloseable {

  /** Tag of the model among those of a folder. */
  static final String TAG = "serve";

  /** Signature that a server answers with where none is named: samples to probabilities. */
  static final String CLASSIFY = "serving_default";

  /** Signature from samples to what the head sees. */
  static final String FEATURES = "features";

  /** Input of both signatures of a model of images, uint8 RGB {@code [any, size, size, 3]}. */
  static final String IMAGES = "images";

  /**
   * Input of both signatures of a model of texts, int32 {@code [any, tokens]}, {@value
   * RobertaTransformer#NO_TOKEN} behind the end of a shorter text.
   */
  static final String IDS = "ids";

  /** Output of {@link #CLASSIFY}, {@code [any, classes]}. */
  static final String PROBABILITIES = "probabilities";

  /** The same of a regression, {@code [any, 1]}. */
  static final String PREDICTED = "predicted";

  private final SavedModelBundle bundle;

  private final String input;

  private final String output;

  /** Side of an image in pixels, or tokens of a text. */
  private final int size;

  private ServedModel(SavedModelBundle bundle) {
    SignatureDef classify = bundle.metaGraphDef().getSignatureDefOrThrow(CLASSIFY);
    this.bundle = bundle;
    this.input = classify.containsInputs(IDS) ? IDS : IMAGES;
    this.output = classify.containsOutputs(PREDICTED) ? PREDICTED : PROBABILITIES;
    this.size = (int) classify.getInputsOrThrow(input).getTensorShape().getDim(1).getSize();
  }

  /**
   * Loads a model.
   *
   * @throws IOException if TensorFlow cannot load it
   */
  public static ServedModel load(Path folder, TensorFlowRuntime runtime) throws IOException {
    try {
      return new ServedModel(
          SavedModelBundle.loader(folder.toString())
              .withTags(TAG)
              .withConfigProto(runtime.sessionConfig())
              .load());
    } catch (TensorFlowException e) {
      throw new IOException(
          "%s: TensorFlow cannot load it: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /**
   * Class probabilities, or the numbers of a regression.
   *
   * @param samples of the model's kind; texts no longer than it takes
   * @return {@code [count][classes]}
   */
  public float[][] answers(Samples samples) {
    return call(CLASSIFY, output, samples);
  }

  /** What the head sees, {@code [count][featureWidth]}. */
  public float[][] features(Samples samples) {
    return call(FEATURES, FEATURES, samples);
  }

  private float[][] call(String signature, String name, Samples samples) {
    int count = samples.count();
    try (Tensor fed = tensor(samples);
        var result = bundle.function(signature).call(Map.of(input, fed))) {
      float[] values = Tensors.toArray((TFloat32) result.get(name).orElseThrow());
      int columns = values.length / count;
      float[][] rows = new float[count][];
      for (int i = 0; i < count; i++) {
        rows[i] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
      }
      return rows;
    }
  }

  private Tensor tensor(Samples samples) {
    if (samples instanceof ImageSamples images) {
      return Tensors.bytes(images.pixels(), images.count(), size, size, 3);
    }
    int[][] texts = ((TextSamples) samples).ids();
    int[] ids = new int[texts.length * size];
    Arrays.fill(ids, RobertaTransformer.NO_TOKEN);
    for (int i = 0; i < texts.length; i++) {
      System.arraycopy(texts[i], 0, ids, i * size, texts[i].length);
    }
    return Tensors.ints(ids, texts.length, size);
  }

  @Override
  public void close() {
    bundle.close();
  }
}
