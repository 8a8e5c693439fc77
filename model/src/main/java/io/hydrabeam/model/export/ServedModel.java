package io.hydrabeam.model.export;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * A SavedModel as any program sees it that loads one: by its tag and its signatures.
 *
 * <p>Close it to free TensorFlow's memory.
 */
public final class ServedModel implements AutoCloseable {

  /** Tag of the model among those of a folder. */
  static final String TAG = "serve";

  /** Signature that a server answers with where none is named: images to probabilities. */
  static final String CLASSIFY = "serving_default";

  /** Signature from images to what the head sees. */
  static final String FEATURES = "features";

  /** Input of both signatures, uint8 RGB {@code [any, size, size, 3]}. */
  static final String IMAGES = "images";

  /** Output of {@link #CLASSIFY}, {@code [any, classes]}. */
  static final String PROBABILITIES = "probabilities";

  private final SavedModelBundle bundle;
  private final int size;

  private ServedModel(SavedModelBundle bundle) {
    this.bundle = bundle;
    this.size =
        (int)
            bundle
                .metaGraphDef()
                .getSignatureDefOrThrow(CLASSIFY)
                .getInputsOrThrow(IMAGES)
                .getTensorShape()
                .getDim(1)
                .getSize();
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
   * Class probabilities.
   *
   * @param images {@code [count, size, size, 3]} uint8 RGB
   * @return {@code [count][classes]}
   */
  public float[][] probabilities(byte[] images, int count) {
    return call(CLASSIFY, PROBABILITIES, images, count);
  }

  /** What the head sees, {@code [count][featureWidth]}; images as {@link #probabilities}. */
  public float[][] features(byte[] images, int count) {
    return call(FEATURES, FEATURES, images, count);
  }

  private float[][] call(String signature, String output, byte[] images, int count) {
    try (TUint8 fed = Tensors.bytes(images, count, size, size, 3);
        var result = bundle.function(signature).call(Map.of(IMAGES, fed))) {
      float[] values = Tensors.toArray((TFloat32) result.get(output).orElseThrow());
      int columns = values.length / count;
      float[][] rows = new float[count][];
      for (int i = 0; i < count; i++) {
        rows[i] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
      }
      return rows;
    }
  }

  @Override
  public void close() {
    bundle.close();
  }
}
