package io.hydrabeam.model.graph;

import io.hydrabeam.model.Samples;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.layers.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * A model's evaluation of any number of samples: in batches of a fixed size, the last one padded,
 * so that shapes never change and the graph is prepared once for each length. Texts go with texts
 * of about their length; operations for a length are added when it is first met.
 *
 * <p>Safe for concurrent use.
 */
public final class ForwardPass {

  /** What is computed. */
  public enum Output {
    /** What the head sees, {@code [featureWidth]}. */
    FEATURES,
    /** Class scores, {@code [classes]}. */
    LOGITS,
    /** Their softmax. */
    PROBABILITIES
  }

  private record Part(Placeholder<? extends TType> samples, Map<Output, Operand<TFloat32>> of) {}

  private final Ops tf;

  private final Transformer model;

  private final SampleFeed feed;

  private final int batch;

  private final Mode<?> mode;

  private final UnaryOperator<Operand<TFloat32>> beforeHead;

  private final Map<Integer, Part> parts = new ConcurrentHashMap<>();

  /**
   * The pass of a model.
   *
   * @param batch samples that one run takes
   * @param mode of evaluation
   * @param beforeHead what features go through before the head
   */
  public ForwardPass(
      Ops tf,
      Transformer model,
      SampleFeed feed,
      int batch,
      Mode<?> mode,
      UnaryOperator<Operand<TFloat32>> beforeHead) {
    this.tf = tf;
    this.model = model;
    this.feed = feed;
    this.batch = batch;
    this.mode = mode;
    this.beforeHead = beforeHead;
  }

  /** Samples that one run takes. */
  public int batch() {
    return batch;
  }

  /**
   * Computes.
   *
   * @return {@code [count][…]}, in the order of the samples
   */
  public float[][] run(Session session, Output output, Samples samples) {
    float[][] rows = new float[samples.count()][];
    for (Map.Entry<Integer, List<Integer>> alike : byLength(samples).entrySet()) {
      int[] all = alike.getValue().stream().mapToInt(Integer::intValue).toArray();
      Part part = parts.computeIfAbsent(alike.getKey(), this::add);
      for (int start = 0; start < all.length; start += batch) {
        int[] chosen = Arrays.copyOfRange(all, start, Math.min(all.length, start + batch));
        try (Tensor fed = feed.tensor(samples, chosen, batch, alike.getKey());
            var result =
                session.runner().feed(part.samples(), fed).fetch(part.of().get(output)).run()) {
          float[] values = Tensors.toArray((TFloat32) result.get(0));
          int columns = values.length / batch;
          for (int i = 0; i < chosen.length; i++) {
            rows[chosen[i]] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
          }
        }
      }
    }
    return rows;
  }

  private Map<Integer, List<Integer>> byLength(Samples samples) {
    Map<Integer, List<Integer>> byLength = new TreeMap<>();
    for (int row = 0; row < samples.count(); row++) {
      byLength.computeIfAbsent(feed.length(samples, row), length -> new ArrayList<>()).add(row);
    }
    return byLength;
  }

  private Part add(int length) {
    Placeholder<? extends TType> samples = feed.placeholder(tf, batch, length);
    Operand<TFloat32> features = model.features(tf, samples, batch, mode);
    Operand<TFloat32> logits = model.logits(tf, beforeHead.apply(features), mode);
    return new Part(
        samples,
        Map.of(
            Output.FEATURES, features,
            Output.LOGITS, logits,
            Output.PROBABILITIES, tf.nn.softmax(logits)));
  }
}
