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

/**
 * The transformers of the jobs that are stacked in a training graph. Where the backbone is frozen,
 * they are one: the jobs' images go through its matrix products together, and only adapters and
 * head tell them apart. Where all weights are trained, nothing is shared, and each job has a
 * transformer of its own.
 *
 * <p>Images, features and logits {@code [jobs·batch, …]}, job after job. With a single job this is
 * its transformer and adds no operation.
 */
public final class TransformerStack {

  private final int jobs;
  private final Precision precision;
  private final List<VisionTransformer> towers;

  private TransformerStack(int jobs, Precision precision, List<VisionTransformer> towers) {
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
      Function<ParameterScope.Source, VisionTransformer> tower) {
    List<ParameterScope.Source> sources = frozen ? List.of(parameters) : parameters.ofEachJob();
    return new TransformerStack(parameters.jobs(), precision, sources.stream().map(tower).toList());
  }

  /**
   * Features in training.
   *
   * @param batch images of each job
   * @param keys of the jobs' random draws
   * @param step of the training, a scalar
   */
  public Operand<TFloat32> features(
      Ops tf,
      Operand<TFloat32> images,
      int batch,
      DrawKeys keys,
      Operand<TInt64> step,
      boolean fused) {
    if (towers.size() == 1) {
      Mode<?> mode = Mode.training(precision, keys::of, step, fused);
      return towers.get(0).features(tf, images, jobs * batch, mode);
    }
    return ofEach(
        tf,
        images,
        (job, part) -> {
          Mode<?> mode =
              Mode.training(precision, name -> List.of(keys.of(name).get(job)), step, fused);
          return towers.get(job).features(tf, part, batch, mode);
        });
  }

  /** Class scores from features. */
  public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> features) {
    return towers.size() == 1
        ? towers.get(0).logits(tf, features)
        : ofEach(tf, features, (job, part) -> towers.get(job).logits(tf, part));
  }

  private Operand<TFloat32> ofEach(
      Ops tf,
      Operand<TFloat32> rows,
      BiFunction<Integer, Operand<TFloat32>, Operand<TFloat32>> layer) {
    List<Operand<TFloat32>> outputs = new ArrayList<>();
    for (Operand<TFloat32> part : tf.split(tf.constant(0), rows, (long) jobs).output()) {
      outputs.add(layer.apply(outputs.size(), part));
    }
    return tf.concat(outputs, tf.constant(0));
  }
}
