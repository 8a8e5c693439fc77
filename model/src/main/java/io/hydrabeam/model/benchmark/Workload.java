package io.hydrabeam.model.benchmark;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Precision;

/**
 * What is measured.
 *
 * @param model its sizes; weights and records are random
 * @param tokens of a text, padding not counted; 0 for images
 * @param method what a training trains
 * @param hydra its adapters
 * @param classes of the head
 * @param batch images or texts of a step
 * @param precision of the large matrix products
 * @param runtime device and threads of one job
 * @param jobs side by side in this process
 * @param warmUp steps before the measured ones; the first prepares the graph
 * @param steps measured
 */
public record Workload(
    BackboneConfig model,
    int tokens,
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
    if (model instanceof RobertaConfig roberta) {
      var unused = roberta.encoder(tokens);
    }
  }

  /** With images. */
  public Workload(
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
    this(vit, 0, method, hydra, classes, batch, precision, runtime, jobs, warmUp, steps);
  }

  /** What a job may do. */
  public enum Kind {
    TRAIN,
    EVALUATE
  }

  /**
   * Floating-point operations of one record: a forward pass; in training once more for the
   * gradients of the activations, and once more for those of all weights where all are trained. Of
   * a head alone only its own products count, as features are computed once.
   */
  public double imageOperations(Kind kind) {
    double forward =
        model instanceof RobertaConfig roberta
            ? roberta.operations(tokens)
            : model.vision().operations();
    if (kind == Kind.EVALUATE) {
      return forward;
    }
    return method == Method.LINEAR ? headOperations() : passes(method) * forward;
  }

  /** Forward and backward, with a RoBERTa's layer before the last. */
  private double headOperations() {
    double width = model.featureWidth();
    return 4 * (width * classes + (model instanceof RobertaConfig ? width * width : 0));
  }

  /** Rows of the large products of a step: the tokens of all its records. */
  long rows() {
    return (long) batch * (model instanceof VitConfig vit ? vit.tokens() : tokens);
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
