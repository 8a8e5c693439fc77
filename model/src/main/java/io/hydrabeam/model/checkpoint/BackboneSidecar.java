package io.hydrabeam.model.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.Activation;
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
 * @param heads attention heads of the image tower
 * @param textHeads attention heads of CLIP's text tower
 * @param epsilon of every LayerNorm
 * @param activation of every MLP
 * @param normalization that the backbone was trained with
 */
public record BackboneSidecar(
    OptionalInt heads,
    OptionalInt textHeads,
    Optional<Float> epsilon,
    Optional<Activation> activation,
    Optional<Normalization> normalization) {

  /** A sidecar that says nothing. */
  static final BackboneSidecar EMPTY =
      new BackboneSidecar(
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

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
    BackboneSidecar sidecar =
        new BackboneSidecar(
            integer(fields, "heads"),
            integer(fields, "textHeads"),
            fields.has("eps") ? Optional.of((float) fields.number("eps")) : Optional.empty(),
            constant(fields, "activation", Activation.class),
            constant(fields, "normalization", Normalization.class));
    fields.finish();
    return sidecar;
  }

  /** This where it says something, {@code other} elsewhere. */
  BackboneSidecar or(BackboneSidecar other) {
    return new BackboneSidecar(
        heads.isPresent() ? heads : other.heads,
        textHeads.isPresent() ? textHeads : other.textHeads,
        epsilon.or(other::epsilon),
        activation.or(other::activation),
        normalization.or(other::normalization));
  }

  /** Writes the sidecar of a weight file. */
  void writeFor(Path weights) throws IOException {
    ObjectNode object = JsonFields.newObject();
    heads.ifPresent(value -> object.put("heads", value));
    textHeads.ifPresent(value -> object.put("textHeads", value));
    normalization.ifPresent(value -> object.put("normalization", JsonFields.spelling(value)));
    epsilon.ifPresent(value -> object.put("eps", value));
    activation.ifPresent(value -> object.put("activation", JsonFields.spelling(value)));
    JsonFields.write(pathFor(weights), object);
  }

  private static OptionalInt integer(JsonFields fields, String name) throws WeightFileException {
    return fields.has(name) ? OptionalInt.of(fields.integer(name)) : OptionalInt.empty();
  }

  private static <E extends Enum<E>> Optional<E> constant(
      JsonFields fields, String name, Class<E> type) throws WeightFileException {
    return fields.has(name) ? Optional.of(fields.constant(name, type)) : Optional.empty();
  }
}
