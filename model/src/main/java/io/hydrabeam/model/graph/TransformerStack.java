package io.hydrabeam.model.graph;

import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.protos.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * The transformers of the jobs that are stacked in a training graph. Where the backbone is frozen,
 * they are one: the jobs' samples go through its matrix products together, and only adapters and
 * head tell them apart. Where all weights are trained, nothing is shared, and each job has a
 * transformer of its own.
 *
 * <p>Samples, features and logits {@code [jobs·batch, …]}, job after job. With a single job this is
 * its transformer and adds no operation.
 */
public final class TransformerStack {

  private final int jobs;
  private final Precision precision;
  private final List<Transformer> towers;

  private TransformerStack(int jobs, Precision precision, List<Transformer> towers) {
    this.jobs = jobs;
    this.precision = precision;
    this.towers = towers;
  }

  /**
   * The transformers over a graph's parameters.
   *
   * @param precision of the large matrix products
   * @param frozen whether all jobs share the backbone
   * @param tower makes a transformer over parameters
   */
  public static TransformerStack of(
      GraphParameters parameters,
      Precision precision,
      boolean frozen,
      Function<ParameterScope.Source, Transformer> tower) {
    List<ParameterScope.Source> sources = frozen ? List.of(parameters) : parameters.ofEachJob();
    return new TransformerStack(parameters.jobs(), precision, sources.stream().map(tower).toList());
  }

  /**
   * Features in training.
   *
   * @param samples as {@link SampleFeed} feeds them
   * @param batch samples of each job
   * @param keys of the jobs' random draws
   * @param step of the training, a scalar
   */
  public Operand<TFloat32> features(
      Ops tf,
      Operand<? extends TType> samples,
      int batch,
      DrawKeys keys,
      Operand<TInt64> step,
      boolean fused) {
    if (towers.size() == 1) {
      return towers.get(0).features(tf, samples, jobs * batch, mode(keys::of, step, fused));
    }
    return ofEach(
        tf,
        samples,
        (job, part) ->
            towers.get(job).features(tf, part, batch, mode(ofJob(keys, job), step, fused)));
  }

  /** Class scores from features, in training. */
  public Operand<TFloat32> logits(
      Ops tf, Operand<TFloat32> features, DrawKeys keys, Operand<TInt64> step, boolean fused) {
    return towers.size() == 1
        ? towers.get(0).logits(tf, features, mode(keys::of, step, fused))
        : ofEach(
            tf,
            features,
            (job, part) -> towers.get(job).logits(tf, part, mode(ofJob(keys, job), step, fused)));
  }

  private Mode<?> mode(
      Function<String, List<Operand<TInt64>>> keys, Operand<TInt64> step, boolean fused) {
    return Mode.training(precision, keys, step, fused);
  }

  private static Function<String, List<Operand<TInt64>>> ofJob(DrawKeys keys, int job) {
    return name -> List.of(keys.of(name).get(job));
  }

  private <T extends TType> Operand<TFloat32> ofEach(
      Ops tf, Operand<T> rows, BiFunction<Integer, Operand<T>, Operand<TFloat32>> layer) {
    List<Operand<TFloat32>> outputs = new ArrayList<>();
    for (Operand<T> part : tf.split(tf.constant(0), rows, (long) jobs).output()) {
      outputs.add(layer.apply(outputs.size(), part));
    }
    return tf.concat(outputs, tf.constant(0));
  }
}
