package io.hydrabeam.model.infer;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.checkpoint.TextTower;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.graph.GraphParameters;
import io.hydrabeam.model.graph.TextTransformer;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.params.TextParameters;
import io.hydrabeam.protos.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Turns token ids into features with CLIP's text tower.
 *
 * <p>Not safe for concurrent use. Close it to free TensorFlow's memory.
 */
public final class TextEncoder implements AutoCloseable {

  private final int vocabulary;
  private final int tokens;
  private final int batch;
  private final Graph graph = new Graph();
  private final Session session;
  private final Placeholder<TInt32> ids;
  private final Operand<TFloat32> features;

  private TextEncoder(TextTower tower, int tokens, int batch, TensorFlowRuntime runtime) {
    TextConfig config = tower.config();
    this.vocabulary = config.vocabulary();
    this.tokens = tokens;
    this.batch = batch;
    Ops tf = Ops.create(graph);
    GraphParameters source =
        new GraphParameters(
            tf, TextParameters.shapes(config), new FlatLayout(Map.of()), Precision.FP32);
    TextTransformer model = new TextTransformer(ParameterScope.root(source), config, tokens);
    ids = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(batch, tokens)));
    features = model.features(tf, ids, batch);
    session = new Session(graph, runtime.sessionConfig());
    try (FrozenTensors weights = FrozenTensors.of(tower.parameters(), Precision.FP32)) {
      source.initializeFrozen(session, weights);
    }
  }

  /**
   * Loads a tower.
   *
   * @param tokens length of the sequences, at most the tower's context
   * @param batch sequences that one run takes; smaller batches are padded
   */
  public static TextEncoder open(
      TextTower tower, int tokens, int batch, TensorFlowRuntime runtime) {
    return new TextEncoder(tower, tokens, batch, runtime);
  }

  /** Sequences that one run takes. */
  public int batch() {
    return batch;
  }

  /**
   * Features {@code [count][embedding]}, not normalised to a length.
   *
   * @param sequences token ids {@code [count][tokens]}, count at most {@link #batch}
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  public float[][] features(List<int[]> sequences) {
    if (sequences.size() > batch) {
      throw new IllegalArgumentException(
          "%d sequences are more than a batch of %d".formatted(sequences.size(), batch));
    }
    int[] flat = new int[batch * tokens];
    for (int i = 0; i < sequences.size(); i++) {
      int[] sequence = sequences.get(i);
      if (sequence.length != tokens) {
        throw new IllegalArgumentException(
            "a sequence has %d tokens, expected %d".formatted(sequence.length, tokens));
      }
      for (int id : sequence) {
        if (id < 0 || id >= vocabulary) {
          throw new IllegalArgumentException(
              "token id %d is not in a vocabulary of %d".formatted(id, vocabulary));
        }
      }
      System.arraycopy(sequence, 0, flat, i * tokens, tokens);
    }
    try (TInt32 fed = Tensors.ints(flat, batch, tokens);
        var result = session.runner().feed(ids, fed).fetch(features).run()) {
      float[] values = Tensors.toArray((TFloat32) result.get(0));
      int width = values.length / batch;
      float[][] rows = new float[sequences.size()][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
      }
      return rows;
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
