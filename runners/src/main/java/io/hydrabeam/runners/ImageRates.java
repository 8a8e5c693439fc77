package io.hydrabeam.runners;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.benchmark.Pace;
import io.hydrabeam.model.benchmark.Workload;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Precision;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Images of one model that a machine computes in a second with all the jobs that it runs side by
 * side.
 *
 * @param forward passes, as in evaluation
 * @param adapted trained with a frozen backbone, forward and backward
 * @param full trained with all weights
 * @param forwardStart seconds that a job takes before its first pass
 * @param trainStart seconds that a training takes before its first step, where it builds a graph
 */
record ImageRates(
    double forward, double adapted, double full, double forwardStart, double trainStart) {

  /** Operations a second and core that wide models reach in 32 bits, measured with ViT-B/16. */
  private static final double WIDE_RATE = 75e9;

  /** Width at which a model reaches half of that: small matrices leave the core waiting. */
  private static final double HALF_RATE_WIDTH = 96;

  /** Forward and the gradients of activations; the frozen weights need none. */
  private static final double ADAPTED_PASSES = 2;

  private static final double FULL_PASSES = 3;

  /** A graph grows with the blocks, and so does what TensorFlow does before it first runs it. */
  private static final double FORWARD_START_SECONDS = 0.15;

  private static final double TRAIN_START_SECONDS = 0.3;

  /**
   * What was measured of single paces; what was not follows from the number of passes.
   *
   * @param forward of an evaluation
   * @param adapted of a training of adapters, if there is one
   * @param full of a training of all weights, if there is one
   */
  static ImageRates of(Pace forward, Optional<Pace> adapted, Optional<Pace> full) {
    double start =
        Math.max(
            forward.startSeconds(),
            Math.max(
                adapted.map(Pace::startSeconds).orElse(0.0),
                full.map(Pace::startSeconds).orElse(0.0)));
    double passes = forward.imagesPerSecond();
    return new ImageRates(
        passes,
        adapted.map(Pace::imagesPerSecond).orElse(passes / ADAPTED_PASSES),
        full.map(Pace::imagesPerSecond).orElse(passes / FULL_PASSES),
        forward.startSeconds(),
        start);
  }

  /** What one machine reached, by the model's operations. */
  static ImageRates rough(ModelCost cost, int cores) {
    double rate = WIDE_RATE * cost.width() / (cost.width() + HALF_RATE_WIDTH);
    return ofForward(rate * cores / cost.operations(), cost);
  }

  /**
   * What {@code benchmark} measured; what it did not measure follows from the number of passes.
   *
   * @param rows of its file; of those for the same purpose the last counts
   * @return empty if none is about a model of these sizes in this precision
   */
  static Optional<ImageRates> measured(List<SpeedFile.Row> rows, VitConfig vit, Precision of) {
    List<SpeedFile.Row> own =
        rows.stream().filter(row -> row.precision() == of && costsTheSame(row.vit(), vit)).toList();
    OptionalDouble forward = last(own, Workload.Kind.EVALUATE, Optional.empty());
    OptionalDouble adapted = last(own, Workload.Kind.TRAIN, Optional.of(Method.HYDRA));
    OptionalDouble full = last(own, Workload.Kind.TRAIN, Optional.of(Method.FULL));
    double passes;
    if (forward.isPresent()) {
      passes = forward.getAsDouble();
    } else if (adapted.isPresent()) {
      passes = ADAPTED_PASSES * adapted.getAsDouble();
    } else if (full.isPresent()) {
      passes = FULL_PASSES * full.getAsDouble();
    } else {
      return Optional.empty();
    }
    return Optional.of(of(passes, adapted, full, ModelCost.of(vit)));
  }

  /** Whether two models are the same work; what heads and epsilon are makes no difference. */
  private static boolean costsTheSame(VitConfig a, VitConfig b) {
    return a.imageSize() == b.imageSize()
        && a.patchSize() == b.patchSize()
        && a.width() == b.width()
        && a.depth() == b.depth()
        && a.mlpWidth() == b.mlpWidth();
  }

  private static ImageRates ofForward(double forward, ModelCost cost) {
    return of(forward, OptionalDouble.empty(), OptionalDouble.empty(), cost);
  }

  private static ImageRates of(
      double forward, OptionalDouble adapted, OptionalDouble full, ModelCost cost) {
    return new ImageRates(
        forward,
        adapted.orElse(forward / ADAPTED_PASSES),
        full.orElse(forward / FULL_PASSES),
        FORWARD_START_SECONDS * cost.depth(),
        TRAIN_START_SECONDS * cost.depth());
  }

  private static OptionalDouble last(
      List<SpeedFile.Row> rows, Workload.Kind kind, Optional<Method> method) {
    return rows.stream()
        .filter(row -> row.measured() == kind)
        .filter(row -> method.isEmpty() || row.method() == method.get())
        .mapToDouble(SpeedFile.Row::imagesPerSecond)
        .reduce((before, after) -> after);
  }
}
