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
}
