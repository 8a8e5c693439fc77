package io.hydrabeam.model.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.Activation;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** An {@link AdapterConfig} as JSON, always with the same fields in the same order. */
final class AdapterConfigJson {

  private static final String FORMAT = "hydra-beam-adapter";

  /** Raised when an older program would read a new file wrongly. */
  private static final int VERSION = 1;

  private AdapterConfigJson() {}

  static void write(Path file, AdapterConfig config) throws IOException {
    ObjectNode object = JsonFields.newObject();
    object.put("format", FORMAT);
    object.put("formatVersion", VERSION);
    object.put("method", JsonFields.spelling(config.method()));
    HydraConfig hydra = config.hydra();
    if (hydra != null) {
      object.put("rank", hydra.rank());
      object.put("scale", hydra.scale());
      object.put("dropout", hydra.dropout());
      object.put("branches", JsonFields.spelling(hydra.branches()));
      ArrayNode sites = object.putArray("sites");
      hydra.sites().stream().sorted().map(JsonFields::spelling).forEach(sites::add);
    }
    object.put("classes", config.classes());
    if (config.batchNorm()) {
      object.put("batchNorm", true);
    }
    object.put("normalization", JsonFields.spelling(config.normalization()));
    object.put("backboneHash", config.backboneHash());
    VitConfig vit = config.vit();
    ObjectNode backbone = object.putObject("backbone");
    backbone
        .put("imageSize", vit.imageSize())
        .put("patchSize", vit.patchSize())
        .put("width", vit.width())
        .put("depth", vit.depth())
        .put("heads", vit.heads())
        .put("mlpWidth", vit.mlpWidth())
        .put("epsilon", vit.epsilon());
    // What a plain vision transformer does not need is left out, so that its file stays as it was.
    if (vit.activation() != Activation.GELU) {
      backbone.put("activation", JsonFields.spelling(vit.activation()));
    }
    if (vit.isClip()) {
      backbone.put("embedding", vit.embedding());
    }
    ObjectNode provenance = object.putObject("provenance");
    config.provenance().forEach(provenance::put);
    JsonFields.write(file, object);
  }

  static AdapterConfig read(Path file) throws IOException {
    JsonFields fields = JsonFields.read(file);
    if (!fields.text("format").equals(FORMAT)) {
      throw fields.wrong("format", FORMAT);
    }
    if (fields.integer("formatVersion") != VERSION) {
      throw fields.wrong("formatVersion", VERSION + " (written by a newer version?)");
    }
    try {
      Method method = fields.constant("method", Method.class);
      AdapterConfig config =
          new AdapterConfig(
              method,
              method == Method.HYDRA ? hydra(fields) : null,
              vit(fields.object("backbone")),
              fields.integer("classes"),
              fields.has("batchNorm") && fields.flag("batchNorm"),
              fields.constant("normalization", Normalization.class),
              fields.text("backboneHash"),
              provenance(fields.object("provenance")));
      fields.finish();
      return config;
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static HydraConfig hydra(JsonFields fields) throws WeightFileException {
    Set<Site> sites = EnumSet.noneOf(Site.class);
    for (String site : fields.texts("sites")) {
      if (!sites.add(fields.constant("sites", site, Site.class))) {
        throw fields.wrong("sites", "each site once");
      }
    }
    return new HydraConfig(
        fields.integer("rank"),
        fields.number("scale"),
        fields.number("dropout"),
        fields.constant("branches", Branches.class),
        sites);
  }

  private static VitConfig vit(JsonFields fields) throws WeightFileException {
    VitConfig vit =
        new VitConfig(
            fields.integer("imageSize"),
            fields.integer("patchSize"),
            fields.integer("width"),
            fields.integer("depth"),
            fields.integer("heads"),
            fields.integer("mlpWidth"),
            (float) fields.number("epsilon"),
            fields.has("activation")
                ? fields.constant("activation", Activation.class)
                : Activation.GELU,
            fields.has("embedding") ? fields.integer("embedding") : 0);
    fields.finish();
    return vit;
  }

  private static Map<String, String> provenance(JsonFields fields) throws WeightFileException {
    Map<String, String> provenance = new TreeMap<>();
    for (String name : fields.names()) {
      provenance.put(name, fields.text(name));
    }
    return provenance;
  }
}
