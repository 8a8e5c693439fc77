package io.hydrabeam.model.checkpoint;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.SafetensorsWriter;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.protos.Normalization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A pre-trained vision transformer without its head.
 *
 * @param config its sizes
 * @param parameters canonical name to tensor, in the order of the forward pass
 * @param hash {@link #hashOf} sizes and parameters; the same whichever file they came from
 * @param normalization it was trained with, where its sidecar says so
 * @param ignored names of tensors in the file that are not part of it, such as a pre-training head
 */
public record Backbone(
    VitConfig config,
    Map<String, HostTensor> parameters,
    String hash,
    Optional<Normalization> normalization,
    List<String> ignored) {

  public Backbone {
    parameters = Collections.unmodifiableMap(parameters);
    ignored = List.copyOf(ignored);
  }

  /**
   * Loads timm's names from safetensors or Google's from npz (either names in either format). Sizes
   * come from the shapes; what those do not tell, from {@link BackboneSidecar}.
   *
   * <p>Needs memory for the parameters once, and for the largest tensor twice more.
   *
   * @throws WeightFileException if the file is broken or of other names, or if a tensor is missing,
   *     misshapen, unexpected, NaN or infinite
   */
  public static Backbone load(Path file) throws IOException {
    try (WeightFile weights = WeightFile.open(file)) {
      BackboneSidecar sidecar = BackboneSidecar.readFor(file);
      NameScheme scheme;
      VitConfig config;
      Optional<GoogleNames> google = GoogleNames.detect(weights.names());
      if (weights.names().contains(TimmNames.PATCH_WEIGHT)) {
        scheme = TimmNames.ofBackbone();
        config = VitSizes.timm(weights, sidecar);
      } else if (google.isPresent()) {
        config = VitSizes.google(weights, google.get(), sidecar);
        scheme = google.get().withHeads(config.heads());
      } else {
        throw unknownNames(weights);
      }
      List<String> ignored = new ArrayList<>();
      Map<String, HostTensor> parameters =
          StrictReader.read(weights, scheme, VitParameters.shapes(config), ignored);
      return new Backbone(
          config, parameters, hashOf(config, parameters), sidecar.normalization(), ignored);
    }
  }

  /** An untrained one; see {@link Initializers#backbone}. */
  public static Backbone random(VitConfig config, long seed) {
    Map<String, HostTensor> parameters = Initializers.backbone(config, seed);
    return new Backbone(
        config, parameters, hashOf(config, parameters), Optional.empty(), List.of());
  }

  /**
   * SHA-256 in hex over names, shapes and bits, and over what the shapes do not tell: heads,
   * epsilon and activation. The map's order does not matter.
   */
  public static String hashOf(VitConfig config, Map<String, HostTensor> parameters) {
    return TensorHash.of(config.heads(), config.epsilon(), config.activation(), parameters);
  }

  /**
   * Writes a model as safetensors with timm's names, and its sidecar; {@link #load} reads it back.
   *
   * @param file to write; appears whole or not at all
   * @param parameters canonical names; a head may be among them
   * @param normalization noted in the sidecar
   * @throws IllegalArgumentException if a parameter is missing or there is one too many
   */
  public static void write(
      Path file,
      VitConfig config,
      Map<String, HostTensor> parameters,
      Optional<Normalization> normalization)
      throws IOException {
    if (BackboneSidecar.pathFor(file).equals(file)) {
      throw new IllegalArgumentException("%s is where the sidecar would lie".formatted(file));
    }
    Map<String, int[]> shapes = VitParameters.shapes(config);
    HostTensor headBias = parameters.get(ParameterName.HEAD_BIAS);
    if (headBias != null) {
      shapes.putAll(VitParameters.headShapes(config, headBias.values().length));
    }
    Parameters.requireExactly(shapes, parameters);
    Map<String, String> canonicalNames = new TreeMap<>();
    Map<String, int[]> fileShapes = new TreeMap<>();
    shapes.forEach(
        (name, shape) -> {
          canonicalNames.put(TimmNames.of(name), name);
          fileShapes.put(TimmNames.of(name), TimmNames.shape(shape));
        });
    // The sidecar first: without it, a file of unpublished size could not be loaded.
    new BackboneSidecar(
            OptionalInt.of(config.heads()), Optional.of(config.epsilon()), normalization)
        .writeFor(file);
    SafetensorsWriter.write(
        file,
        fileShapes,
        name ->
            TimmNames.fromCanonical(
                Objects.requireNonNull(parameters.get(canonicalNames.get(name)))),
        Map.of("format", "pt"));
  }

  private static WeightFileException unknownNames(WeightFile weights) {
    List<String> first = weights.names().stream().sorted().limit(3).toList();
    return new WeightFileException(
        weights.path(),
        "holds no ViT: expected timm's names (%s) or Google's (%s), found %d tensors (%s)"
            .formatted(
                TimmNames.PATCH_WEIGHT,
                GoogleNames.PATCH_KERNEL,
                weights.names().size(),
                printable(String.join(", ", first))));
  }
}
