package io.hydrabeam.model.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.protos.Normalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a backbone's tensors do not tell, in a JSON file beside them: {@code vit.json} for {@code
 * vit.safetensors}. All fields may be absent.
 *
 * @param heads attention heads
 * @param epsilon of every LayerNorm
 * @param normalization that the backbone was trained with
 */
public record BackboneSidecar(
    OptionalInt heads, Optional<Float> epsilon, Optional<Normalization> normalization) {

  /** The only activation there is: GELU by the error function. */
  private static final String ACTIVATION = "gelu";

  /** A sidecar that says nothing. */
  static final BackboneSidecar EMPTY =
      new BackboneSidecar(OptionalInt.empty(), Optional.empty(), Optional.empty());

  /** Where the sidecar of a weight file lies. */
  public static Path pathFor(Path weights) {
    String name = weights.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return weights.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".json");
  }

  /**
   * Reads the sidecar of a weight file; without one, all fields are empty.
   *
   * @throws WeightFileException if there is one with a wrong or unknown field
   */
  static BackboneSidecar readFor(Path weights) throws IOException {
    Path file = pathFor(weights);
    if (!Files.exists(file) || file.equals(weights)) {
      return EMPTY;
    }
    JsonFields fields = JsonFields.read(file);
    OptionalInt heads =
        fields.has("heads") ? OptionalInt.of(fields.integer("heads")) : OptionalInt.empty();
    Optional<Float> epsilon =
        fields.has("eps") ? Optional.of((float) fields.number("eps")) : Optional.empty();
    Optional<Normalization> normalization =
        fields.has("normalization")
            ? Optional.of(fields.constant("normalization", Normalization.class))
            : Optional.empty();
    if (fields.has("activation") && !fields.text("activation").equals(ACTIVATION)) {
      throw fields.wrong("activation", ACTIVATION + " (by the error function)");
    }
    fields.finish();
    return new BackboneSidecar(heads, epsilon, normalization);
  }

  /** Writes the sidecar of a weight file. */
  void writeFor(Path weights) throws IOException {
    ObjectNode object = JsonFields.newObject();
    heads.ifPresent(value -> object.put("heads", value));
    normalization.ifPresent(value -> object.put("normalization", JsonFields.spelling(value)));
    epsilon.ifPresent(value -> object.put("eps", value));
    object.put("activation", ACTIVATION);
    JsonFields.write(pathFor(weights), object);
  }
}
