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
 * @param images to train on
 */
public record TrainingInputs(Backbone backbone, Map<String, HostTensor> head, ImageSet images) {

  public TrainingInputs {
    head = Map.copyOf(head);
  }

  /** Without a head of its own. */
  public static TrainingInputs of(Backbone backbone, ImageSet images) {
    return new TrainingInputs(backbone, Map.of(), images);
  }

  /**
   * Fails unless weights, images and head are such as a configuration takes.
   *
   * @throws IllegalArgumentException telling the first that does not fit
   */
  void requireFit(TrainerConfig config) {
    if (!config.vit().equals(backbone.config())) {
      throw new IllegalArgumentException(
          "the backbone is %s, expected %s".formatted(backbone.config(), config.vit()));
    }
    if (images.size() != config.vit().imageSize()) {
      throw new IllegalArgumentException(
          "images are %d pixels wide, the backbone takes %d"
              .formatted(images.size(), config.vit().imageSize()));
    }
    if (config.epochs().steps(images.images()) == 0) {
      throw new IllegalArgumentException(
          config.epochs().keepRemainder()
              ? "a training step needs two images, there are %d".formatted(images.images())
              : "a batch (%d) needs at least as many training images (%d): lower --batch"
                  .formatted(config.epochs().batch(), images.images()));
    }
    if (config.head().normalized() && config.epochs().batch() < 2) {
      throw new IllegalArgumentException(
          "batch normalization needs two images a step, got --batch=%d"
              .formatted(config.epochs().batch()));
    }
    for (int[] labels : images.labels()) {
      checkLabels(config.head(), labels);
    }
    if (head.isEmpty() == (config.head().start() == HeadConfig.Start.GIVEN)) {
      throw new IllegalArgumentException("a given head belongs to a head's start GIVEN");
    }
  }

  private static void checkLabels(HeadConfig head, int[] labels) {
    if (!head.multilabel() && labels.length != 1) {
      throw new IllegalArgumentException(
          "an image has %d labels, expected one".formatted(labels.length));
    }
    for (int label : labels) {
      if (label < 0 || label >= head.classes()) {
        throw new IllegalArgumentException(
            "label %d is outside 0..%d".formatted(label, head.classes() - 1));
      }
    }
  }
}
