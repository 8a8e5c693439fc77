package io.hydrabeam.model.train;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Precision;
import java.io.Serializable;

/**
 * Roughly how much memory trainings take outside the Java heap, in bytes; what a process needs
 * besides (the program, weights on the heap) is not in it.
 *
 * @param shared frozen weights: once for all trainings of a process
 * @param each of one training: activations, and what is trained with its gradients and moments
 */
public record TrainingMemory(long shared, long each) implements Serializable {

  /** None, or not known. */
  public static final TrainingMemory NONE = new TrainingMemory(0, 0);

  /** What a block keeps of the residual stream for its gradients, for each token, in widths. */
  private static final long RESIDUAL_WIDTHS = 2;

  /**
   * What else a block keeps, for each token, in widths: query, key, value, attention, both
   * projections' outputs, and the MLP's wide tensor before and behind the activation.
   */
  private static final long BRANCH_WIDTHS = 14;

  /** Weights, gradients and two moments. */
  private static final long COPIES_TRAINED = 4;

  /**
   * Estimates a training's memory: ViT-B/16 with Hydra at a batch of 16 takes 2.2 GB by this beside
   * 0.3 GB of weights, in bfloat16 1.2 beside 0.2.
   *
   * @param tokens of a sequence
   * @param batch records of a job's step
   * @param jobs that are stacked in one graph
   */
  public static TrainingMemory of(
      BackboneConfig model, int tokens, Method method, int batch, Precision precision, int jobs) {
    long weights = VitParameters.count(BackboneParameters.shapes(model));
    long number = precision == Precision.BF16 ? Short.BYTES : Float.BYTES;
    long perToken =
        Float.BYTES * RESIDUAL_WIDTHS * model.width()
            + number * (BRANCH_WIDTHS * model.width() + (long) model.heads() * tokens);
    long block = (long) jobs * batch * tokens * perToken;
    return switch (method) {
      // Nothing is kept from block to block.
      case LINEAR -> new TrainingMemory(number * weights, block);
      case FULL ->
          new TrainingMemory(
              0, Float.BYTES * COPIES_TRAINED * jobs * weights + model.depth() * block);
      default -> new TrainingMemory(number * weights, model.depth() * block);
    };
  }

  /** Enough for either. */
  public TrainingMemory max(TrainingMemory other) {
    return new TrainingMemory(Math.max(shared, other.shared), Math.max(each, other.each));
  }
}
