package io.hydrabeam.model.train;

import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Method;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a method trains, and from which values on. */
final class TrainedParameters {

  private TrainedParameters() {}

  /** Canonical name to shape: the method's own, then the head. */
  static Map<String, int[]> shapes(TrainerConfig config) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    if (config.method() == Method.HYDRA) {
      shapes.putAll(HydraParameters.shapes(config.model(), config.hydra()));
    } else if (config.method() == Method.FULL) {
      shapes.putAll(BackboneParameters.shapes(config.model()));
    }
    shapes.putAll(BackboneParameters.headShapes(config.model(), config.head().classes()));
    return shapes;
  }

  /** Their values before the first step, in the same order. */
  static Map<String, HostTensor> initial(TrainerConfig config, TrainingInputs inputs) {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    if (config.method() == Method.HYDRA) {
      values.putAll(Initializers.adapters(config.model(), config.hydra(), config.seed()));
    } else if (config.method() == Method.FULL) {
      values.putAll(inputs.backbone().parameters());
    }
    values.putAll(head(config));
    values.putAll(inputs.given());
    return values;
  }

  private static Map<String, HostTensor> head(TrainerConfig config) {
    int classes = config.head().classes();
    return switch (config.head().start()) {
      case UNIFORM -> Initializers.head(config.model(), classes, config.seed());
      case ZERO -> Initializers.zeros(BackboneParameters.headShapes(config.model(), classes));
      case GIVEN -> Map.of(); // among the values that are given
    };
  }
}
