package io.hydrabeam.model.train;

import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a training starts from and goes through.
 *
 * @param backbone pre-trained weights
 * @param given values of what is trained that stand for drawn ones, by canonical name: {@code
 *     head/kernel} and {@code head/bias} exactly where the configuration says GIVEN, and what
 *     another training has found that this one goes on from
 * @param set what is trained on
 */
public record TrainingInputs(Backbone backbone, Map<String, HostTensor> given, TrainingSet set) {

  public TrainingInputs {
    given = Map.copyOf(given);
  }

  /** With nothing given. */
  public static TrainingInputs of(Backbone backbone, TrainingSet set) {
    return new TrainingInputs(backbone, Map.of(), set);
  }

  /**
   * Fails unless weights, records and given values are such as a configuration takes.
   *
   * @throws IllegalArgumentException telling the first that does not fit
   */
  void requireFit(TrainerConfig config) {
    if (!config.model().equals(backbone.config())) {
      throw new IllegalArgumentException(
          "the backbone is %s, expected %s".formatted(backbone.config(), config.model()));
    }
    set.requireFit(config.model());
    if (config.epochs().steps(set.records()) == 0) {
      throw new IllegalArgumentException(
          config.epochs().keepRemainder()
              ? "a training step needs two records, there are %d".formatted(set.records())
              : "a batch (%d) needs at least as many training records (%d): lower --batch"
                  .formatted(config.epochs().batch(), set.records()));
    }
    if (config.head().normalized() && config.epochs().batch() < 2) {
      throw new IllegalArgumentException(
          "batch normalization needs two images a step, got --batch=%d"
              .formatted(config.epochs().batch()));
    }
    set.targets().requireFit(config.head());
    if (given.containsKey(ParameterName.HEAD_KERNEL)
        != (config.head().start() == HeadConfig.Start.GIVEN)) {
      throw new IllegalArgumentException("a given head belongs to a head's start GIVEN");
    }
    Map<String, int[]> shapes = TrainedParameters.shapes(config);
    given.forEach((name, tensor) -> requireTrained(name, tensor, shapes.get(name)));
  }

  private static void requireTrained(String name, HostTensor tensor, int @Nullable [] shape) {
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new IllegalArgumentException(
          "the given %s is %s, expected %s"
              .formatted(
                  name,
                  Arrays.toString(tensor.shape()),
                  shape == null ? "none, as it is not trained" : Arrays.toString(shape)));
    }
  }
}
