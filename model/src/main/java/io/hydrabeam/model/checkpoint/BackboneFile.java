package io.hydrabeam.model.checkpoint;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.params.TextParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.protos.Normalization;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open weight file whose names and sizes are understood, and whose tensors are all accounted
 * for. Towers are read from it one by one.
 *
 * @param weights the file
 * @param names that it uses
 * @param model sizes of what adapters are trained on: the image tower, or a RoBERTa
 * @param text sizes of CLIP's text tower, if it is in the file
 * @param normalization that the image tower was trained with, if that is known
 * @param ignored names of tensors that belong to no tower, sorted
 */
record BackboneFile(
    WeightFile weights,
    NameScheme names,
    BackboneConfig model,
    Optional<TextConfig> text,
    Optional<Normalization> normalization,
    List<String> ignored) {

  private static final Logger LOG = LoggerFactory.getLogger(BackboneFile.class);

  /** What a name starts with that only a text tower's parameter has; in either naming. */
  private static final List<String> TEXT_PREFIXES =
      List.of(
          "text_model.",
          "text_projection",
          "token_embedding.",
          "positional_embedding",
          "transformer.resblocks.",
          "ln_final.");

  /** OpenAI's CLIPs of another kind have this tensor as well. */
  private static final String RESNET = "visual.layer1.0.conv1.weight";

  /** Row numbers and the like, which say nothing of what is in the file. */
  private static final Set<String> NO_SIGN = Set.of("text_model.embeddings.position_ids");

  /**
   * Recognises what a file holds by the names of its tensors.
   *
   * @throws WeightFileException if that is no such transformer, or if a tensor is missing,
   *     misshapen or unexpected
   */
  static BackboneFile of(WeightFile weights) throws IOException {
    Set<String> names = weights.names();
    BackboneSidecar sidecar = BackboneSidecar.readFor(weights.path());
    if (names.contains(TimmNames.PATCH_WEIGHT)) {
      return plain(weights, TimmNames.ofBackbone(), VitSizes.timm(weights, sidecar), sidecar);
    }
    Optional<GoogleNames> google = GoogleNames.detect(names);
    if (google.isPresent()) {
      VitConfig image = VitSizes.google(weights, google.get(), sidecar);
      return plain(weights, google.get().withHeads(image.heads()), image, sidecar);
    }
    if (names.contains(RESNET)) {
      throw new WeightFileException(
          weights.path(), "is a CLIP whose image tower is a ResNet; needed is a ViT");
    }
    if (names.contains(OpenAiNames.PATCH_WEIGHT)) {
      return clip(weights, OpenAiNames.ofBackbone(), sidecar);
    }
    if (names.contains(HuggingFaceNames.PATCH_WEIGHT)) {
      return clip(
          weights, new HuggingFaceNames(), sidecar.or(HuggingFaceConfig.readFor(weights.path())));
    }
    if (RobertaNames.areOf(names)) {
      RobertaNames roberta = RobertaNames.ofBackbone(names);
      return checked(
          weights, roberta, RobertaSizes.of(weights, roberta), Optional.empty(), Optional.empty());
    }
    throw unknownNames(weights);
  }

  private static BackboneFile plain(
      WeightFile weights, NameScheme scheme, VitConfig image, BackboneSidecar sidecar)
      throws WeightFileException {
    return checked(weights, scheme, image, Optional.empty(), sidecar.normalization());
  }

  private static BackboneFile clip(WeightFile weights, TorchNames names, BackboneSidecar sidecar)
      throws WeightFileException {
    VitConfig image = VitSizes.clip(weights, names, sidecar);
    Optional<TextConfig> text =
        hasText(weights)
            ? Optional.of(VitSizes.text(weights, names, sidecar, image))
            : Optional.empty();
    // There is one CLIP, and it has pixels of its own.
    return checked(
        weights,
        names,
        image,
        text,
        sidecar.normalization().or(() -> Optional.of(Normalization.CLIP)));
  }

  private static BackboneFile checked(
      WeightFile weights,
      NameScheme names,
      BackboneConfig model,
      Optional<TextConfig> text,
      Optional<Normalization> normalization)
      throws WeightFileException {
    Map<String, int[]> shapes = new LinkedHashMap<>(BackboneParameters.shapes(model));
    text.ifPresent(
        config -> {
          shapes.putAll(TextParameters.shapes(config));
          shapes.put(ParameterName.LOGIT_SCALE, new int[0]);
        });
    List<String> ignored = StrictReader.check(weights, names, shapes);
    if (!ignored.isEmpty()) {
      LOG.info("{}: not part of the model: {}", weights.path(), ignored);
    }
    return new BackboneFile(weights, names, model, text, normalization, ignored);
  }

  /**
   * Reads parameters.
   *
   * @param shapes canonical name to shape
   * @throws WeightFileException if a value is NaN or infinite
   */
  Map<String, HostTensor> read(Map<String, int[]> shapes) throws IOException {
    return StrictReader.read(weights, names, shapes);
  }

  private static boolean hasText(WeightFile weights) {
    return weights.names().stream()
        .filter(name -> !NO_SIGN.contains(name))
        .anyMatch(name -> TEXT_PREFIXES.stream().anyMatch(name::startsWith));
  }

  private static WeightFileException unknownNames(WeightFile weights) {
    if (hasText(weights)) {
      return new WeightFileException(
          weights.path(),
          "holds a text tower, but no image tower (%s or %s)"
              .formatted(OpenAiNames.PATCH_WEIGHT, HuggingFaceNames.PATCH_WEIGHT));
    }
    List<String> first = weights.names().stream().sorted().limit(3).toList();
    return new WeightFileException(
        weights.path(),
        "holds no ViT and no RoBERTa: expected timm's names (%s), Google's (%s), or CLIP's of OpenAI (%s) or"
                .formatted(
                    TimmNames.PATCH_WEIGHT, GoogleNames.PATCH_KERNEL, OpenAiNames.PATCH_WEIGHT)
            + " Hugging Face (%s), or RoBERTa's (%s), found %d tensors (%s)"
                .formatted(
                    HuggingFaceNames.PATCH_WEIGHT,
                    RobertaNames.BODY + "…",
                    weights.names().size(),
                    printable(String.join(", ", first))));
  }
}
