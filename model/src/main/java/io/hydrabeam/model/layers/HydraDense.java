package io.hydrabeam.model.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A linear layer with Hydra's branches (arXiv 2309.06922, equation 5): {@code y = x·W0 + b0}, out
 * {@code = y + A_parallel(x) + A_sequential(y)}.
 *
 * <p>x {@code [rows, in]}, out {@code [rows, out]}. Branches stand where the scope has parameters
 * {@code hydra_parallel/…} or {@code hydra_sequential/…}; without them this is a plain {@link
 * Dense}.
 */
public final class HydraDense {

  private final Dense dense;
  private final Optional<HydraBranch> parallel;
  private final Optional<HydraBranch> sequential;
  private final double scale;

  /** A layer over the parameters of {@code scope}. */
  public HydraDense(ParameterScope scope, EncoderSettings settings) {
    this.dense = new Dense(scope);
    this.parallel = branch(scope.sub("hydra_parallel"), settings);
    this.sequential = branch(scope.sub("hydra_sequential"), settings);
    this.scale = settings.hydraScale();
  }

  private static Optional<HydraBranch> branch(ParameterScope scope, EncoderSettings settings) {
    return scope.has("down/kernel")
        ? Optional.of(new HydraBranch(scope, settings.hydraDropout()))
        : Optional.empty();
  }

  /** Applies the layer. */
  public <T extends TFloating> Operand<T> call(Ops tf, Operand<T> x, Mode<T> mode) {
    Operand<T> y = dense.call(tf, x);
    List<Operand<T>> downs = new ArrayList<>();
    List<Operand<T>> kernels = new ArrayList<>();
    List<Operand<T>> biases = new ArrayList<>();
    parallel.ifPresent(branch -> collect(tf, branch, x, mode, downs, kernels, biases));
    sequential.ifPresent(branch -> collect(tf, branch, y, mode, downs, kernels, biases));
    if (downs.isEmpty()) {
      return y;
    }
    // The branches' up-projections are one product of the joined bottlenecks [rows, Σ rank], and s
    // multiplies the small factors: the wide tensors are passed over once.
    Operand<T> s = FloatTypes.constant(tf, scale, mode.type());
    int jobs = parallel.or(() -> sequential).orElseThrow().jobs();
    Operand<T> bottleneck = join(tf, downs, 1);
    Operand<T> kernel = tf.math.mul(join(tf, kernels, jobs == 1 ? 0 : 1), s);
    Optional<Operand<T>> bias =
        biases.stream()
            .reduce((one, other) -> tf.math.add(one, other))
            .map(sum -> tf.math.mul(sum, s));
    return tf.math.add(y, JobRows.linear(tf, bottleneck, kernel, bias, jobs));
  }

  private static <T extends TFloating> void collect(
      Ops tf,
      HydraBranch branch,
      Operand<T> input,
      Mode<T> mode,
      List<Operand<T>> downs,
      List<Operand<T>> kernels,
      List<Operand<T>> biases) {
    downs.add(branch.down(tf, input, mode));
    kernels.add(branch.upKernel(tf, mode.type()));
    branch.upBias(tf, mode.type()).ifPresent(biases::add);
  }

  private static <T extends TFloating> Operand<T> join(Ops tf, List<Operand<T>> parts, int axis) {
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(axis));
  }
}
