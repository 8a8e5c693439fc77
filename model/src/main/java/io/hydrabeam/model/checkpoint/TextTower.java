package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.params.TextParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * CLIP's text tower.
 *
 * @param config its sizes
 * @param parameters canonical name to tensor, in the order of the forward pass
 * @param logitScale logarithm of the factor between cosines and CLIP's own logits
 * @param hash SHA-256 in hex over sizes and parameters, without {@code logitScale}; the same
 *     whichever file they came from
 */
public record TextTower(
    TextConfig config, Map<String, HostTensor> parameters, float logitScale, String hash) {

  public TextTower {
    parameters = Collections.unmodifiableMap(parameters);
  }

  /**
   * Loads it from the file that {@link Backbone#load} takes the image tower from, with the same
   * rules.
   *
   * @throws WeightFileException if the file has no text tower, or is none of a backbone
   */
  public static TextTower load(Path file) throws IOException {
    try (WeightFile weights = WeightFile.open(file)) {
      BackboneFile contents = BackboneFile.of(weights);
      if (contents.text().isEmpty()) {
        throw new WeightFileException(
            file, "has no text tower, which class names are turned into a head with");
      }
      TextConfig config = contents.text().get();
      Map<String, int[]> shapes = new LinkedHashMap<>(TextParameters.shapes(config));
      shapes.put(ParameterName.LOGIT_SCALE, new int[0]);
      Map<String, HostTensor> parameters = contents.read(shapes);
      HostTensor logitScale = Objects.requireNonNull(parameters.remove(ParameterName.LOGIT_SCALE));
      return new TextTower(config, parameters, logitScale.values()[0], hashOf(config, parameters));
    }
  }

  private static String hashOf(TextConfig config, Map<String, HostTensor> parameters) {
    return TensorHash.of(config.heads(), config.epsilon(), config.activation(), parameters);
  }
}
