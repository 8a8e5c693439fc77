package io.hydrabeam.model.train;

import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.weights.HostTensor;
import java.util.Map;

/**
 * What a training starts from and goes through.
 *
 * @param backbone pre-trained weights
 * @param head {@code head/kernel} and {@code head/bias} where the configuration says GIVEN; else
 *     empty
 * @param set what is trained on
 */
public record TrainingInputs(Backbone backbone, Map<String, HostTensor> head, TrainingSet set) {

  public TrainingInputs {
    head = Map.copyOf(head);
  }

  /** Without a head of its own. */
  public static TrainingInputs of(Backbone backbone, TrainingSet set) {
    return new TrainingInputs(backbone, Map.of(), set);
  }

  /**
   * Fails unless weights, records and head are such as a configuration takes.
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
    if (head.isEmpty() == (config.head().start() == HeadConfig.Start.GIVEN)) {
      throw new IllegalArgumentException("a given head belongs to a head's start GIVEN");
    }
  }
}
