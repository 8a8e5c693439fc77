package io.hydrabeam.model.checkpoint;

import static io.hydrabeam.model.params.ParameterName.kernel;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sizes of a RoBERTa, from the shapes in its file and what these do not tell from its sidecar or
 * from Hugging Face's {@code config.json}.
 */
final class RobertaSizes {

  private static final String TYPE = "model_type";

  private static final String EXPECTED_TYPE = "roberta";

  /** Width of an attention head in every published RoBERTa. */
  private static final int HEAD_WIDTH = 64;

  private RobertaSizes() {}

  static RobertaConfig of(WeightFile file, RobertaNames names) throws IOException {
    BackboneSidecar said = BackboneSidecar.readFor(file.path()).or(config(file.path()));
    if (said.activation().isPresent() && said.activation().get() != Activation.GELU) {
      throw new WeightFileException(
          file.path(),
          "its activation is %s, RoBERTa's is gelu"
              .formatted(JsonFields.spelling(said.activation().get())));
    }
    int[] tokens = WeightShapes.of(file, names, ParameterName.TOKEN, 2);
    int segments = WeightShapes.of(file, names, ParameterName.SEGMENT, 2)[0];
    if (segments != 1) {
      throw new WeightFileException(
          file.path(),
          "tells %d segments apart, as a BERT does; needed is a RoBERTa, which has one"
              .formatted(segments));
    }
    int width = tokens[1];
    try {
      return new RobertaConfig(
          tokens[0],
          WeightShapes.of(file, names, ParameterName.POSITION, 2)[0],
          width,
          WeightShapes.depth(file, names.blocks(), '.'),
          heads(file, said.heads(), width),
          WeightShapes.of(file, names, kernel(ParameterName.fc1(0)), 2)[1],
          said.epsilon().orElse(RobertaConfig.EPSILON_DEFAULT));
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file.path(), "is no usable RoBERTa: " + e.getMessage(), e);
    }
  }

  private static int heads(WeightFile file, OptionalInt said, int width)
      throws WeightFileException {
    if (said.isPresent()) {
      return said.getAsInt();
    }
    if (width % HEAD_WIDTH != 0) {
      throw WeightShapes.headsUnknown(
          file, "width %d is no multiple of %d".formatted(width, HEAD_WIDTH), "heads");
    }
    return width / HEAD_WIDTH;
  }

  private static BackboneSidecar config(Path weights) throws IOException {
    Path file = weights.resolveSibling(HuggingFaceConfig.NAME);
    if (!Files.exists(file) || file.equals(weights)) {
      return BackboneSidecar.EMPTY;
    }
    JsonFields fields = JsonFields.read(file);
    if (fields.has(TYPE) && !fields.text(TYPE).equals(EXPECTED_TYPE)) {
      throw fields.wrong(TYPE, EXPECTED_TYPE);
    }
    BackboneSidecar said = HuggingFaceConfig.tower(fields);
    return new BackboneSidecar(
        said.heads(), OptionalInt.empty(), said.epsilon(), said.activation(), Optional.empty());
  }
}
