package io.hydrabeam.model.train;

import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.VitParameters;
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
      shapes.putAll(HydraParameters.shapes(config.vit(), config.hydra()));
    } else if (config.method() == Method.FULL) {
      shapes.putAll(VitParameters.shapes(config.vit()));
    }
    shapes.putAll(VitParameters.headShapes(config.vit(), config.head().classes()));
    return shapes;
  }

  /** Their values before the first step, in the same order. */
  static Map<String, HostTensor> initial(TrainerConfig config, TrainingInputs inputs) {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    if (config.method() == Method.HYDRA) {
      values.putAll(Initializers.adapters(config.vit(), config.hydra(), config.seed()));
    } else if (config.method() == Method.FULL) {
      values.putAll(inputs.backbone().parameters());
    }
    values.putAll(head(config, inputs));
    return values;
  }

  private static Map<String, HostTensor> head(TrainerConfig config, TrainingInputs inputs) {
    int classes = config.head().classes();
    return switch (config.head().start()) {
      case UNIFORM -> Initializers.head(config.vit(), classes, config.seed());
      case ZERO -> Initializers.zeros(VitParameters.headShapes(config.vit(), classes));
      case GIVEN -> inputs.head();
    };
  }
}
