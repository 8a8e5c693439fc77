package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.protos.Normalization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A pre-trained transformer without its head: a plain vision transformer, CLIP's image tower, or a
 * RoBERTa.
 *
 * @param config its sizes
 * @param parameters canonical name to tensor, in the order of the forward pass
 * @param hash {@link #hashOf} sizes and parameters; the same whichever file they came from
 * @param normalization it was trained with, where that is known: CLIP's always is, of others the
 *     sidecar may say it
 * @param text sizes of the text tower in the same file, which {@link TextTower#load} reads
 * @param ignored names of tensors in the file that are not part of it, such as a pre-training head
 */
public record Backbone(
    BackboneConfig config,
    Map<String, HostTensor> parameters,
    String hash,
    Optional<Normalization> normalization,
    Optional<TextConfig> text,
    List<String> ignored) {

  public Backbone {
    parameters = Collections.unmodifiableMap(parameters);
    ignored = List.copyOf(ignored);
  }

  /**
   * Loads timm's names from safetensors or Google's from npz, or the image tower of CLIP under
   * OpenAI's or Hugging Face's names, or RoBERTa under Hugging Face's (any names in either format).
   * Sizes come from the shapes; what those do not tell, from {@link BackboneSidecar} or Hugging
   * Face's {@code config.json}.
   *
   * <p>Needs memory for the parameters once, and for the largest tensor twice more.
   *
   * @throws WeightFileException if the file is broken or of other names, or if a tensor is missing,
   *     misshapen, unexpected, NaN or infinite
   */
  public static Backbone load(Path file) throws IOException {
    try (WeightFile weights = WeightFile.open(file)) {
      BackboneFile contents = BackboneFile.of(weights);
      Map<String, HostTensor> parameters =
          contents.read(BackboneParameters.shapes(contents.model()));
      return new Backbone(
          contents.model(),
          parameters,
          hashOf(contents.model(), parameters),
          contents.normalization(),
          contents.text(),
          contents.ignored());
    }
  }

  /** An untrained one; see {@link Initializers#backbone}. */
  public static Backbone random(BackboneConfig config, long seed) {
    Map<String, HostTensor> parameters = Initializers.backbone(config, seed);
    return new Backbone(
        config,
        parameters,
        hashOf(config, parameters),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /**
   * SHA-256 in hex over names, shapes and bits, and over what the shapes do not tell: heads,
   * epsilon and activation. The map's order does not matter.
   */
  public static String hashOf(BackboneConfig config, Map<String, HostTensor> parameters) {
    return TensorHash.of(config.heads(), config.epsilon(), config.activation(), parameters);
  }

  /**
   * Writes a model as safetensors with timm's, OpenAI's or (RoBERTa) Hugging Face's names, and its
   * sidecar; {@link #load} reads it back.
   *
   * @param file to write; appears whole or not at all
   * @param parameters canonical names; a head may be among them
   * @param normalization noted in the sidecar
   * @throws IllegalArgumentException if a parameter is missing or there is one too many
   */
  public static void write(
      Path file,
      BackboneConfig config,
      Map<String, HostTensor> parameters,
      Optional<Normalization> normalization)
      throws IOException {
    if (BackboneSidecar.pathFor(file).equals(file)) {
      throw new IllegalArgumentException("%s is where the sidecar would lie".formatted(file));
    }
    Map<String, int[]> shapes = BackboneParameters.shapes(config);
    HostTensor headBias = parameters.get(ParameterName.HEAD_BIAS);
    if (headBias != null) {
      shapes.putAll(BackboneParameters.headShapes(config, headBias.values().length));
    }
    Parameters.requireExactly(shapes, parameters);
    // The sidecar first: without it, a file of unpublished size could not be loaded.
    new BackboneSidecar(
            OptionalInt.of(config.heads()),
            OptionalInt.empty(),
            Optional.of(config.epsilon()),
            Optional.of(config.activation()),
            normalization)
        .writeFor(file);
    TorchNames.ofFiles(config).write(file, shapes, parameters, Map.of("format", "pt"));
  }
}
