package io.hydrabeam.model.benchmark;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Precision;

/**
 * What is measured.
 *
 * @param vit sizes of the model; weights and images are random
 * @param method what a training trains
 * @param hydra its adapters
 * @param classes of the head
 * @param batch images of a step
 * @param precision of the large matrix products
 * @param runtime device and threads of one job
 * @param jobs side by side in this process
 * @param warmUp steps before the measured ones; the first prepares the graph
 * @param steps measured
 */
public record Workload(
    VitConfig vit,
    Method method,
    HydraConfig hydra,
    int classes,
    int batch,
    Precision precision,
    TensorFlowRuntime runtime,
    int jobs,
    int warmUp,
    int steps) {

  public Workload {
    requirePositive("batch", batch);
    requirePositive("jobs", jobs);
    requirePositive("warmUp", warmUp);
    requirePositive("steps", steps);
  }

  /** What a job may do. */
  public enum Kind {
    TRAIN,
    EVALUATE
  }

  /**
   * Floating-point operations of one image: a forward pass; in training once more for the gradients
   * of the activations, and once more for those of all weights where all are trained. Of a head
   * alone only its own products count, as features are computed once.
   */
  public double imageOperations(Kind kind) {
    double forward = vit.operations();
    if (kind == Kind.EVALUATE) {
      return forward;
    }
    return method == Method.LINEAR ? 4.0 * vit.featureWidth() * classes : passes(method) * forward;
  }

  /**
   * Forward passes that a training step's image costs: itself, the gradients of activations, and
   * where all weights are trained theirs. A head alone costs none, as its features are known.
   */
  public static int passes(Method method) {
    return switch (method) {
      case LINEAR -> 0;
      case FULL -> 3;
      case HYDRA, UNRECOGNIZED -> 2;
    };
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("%s (%d) must be positive".formatted(name, value));
    }
  }
}
