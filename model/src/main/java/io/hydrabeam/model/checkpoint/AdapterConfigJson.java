package io.hydrabeam.model.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.Activation;
import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.RobertaConfig;
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

  /** Says what kind of backbone it is; absent for vision transformers. */
  private static final String ARCHITECTURE = "architecture";

  private static final String ROBERTA = "roberta";

  private AdapterConfigJson() {}

  static void write(Path file, AdapterConfig config) throws IOException {
    ObjectNode object = JsonFields.newObject();
    object.put("format", FORMAT);
    object.put("formatVersion", VERSION);
    object.put("method", JsonFields.spelling(config.method()));
    HydraConfig hydra = config.hydra();
    if (hydra != null) {
      object.put("rank", hydra.rank());
      if (hydra.sequentialRank() != hydra.rank()) {
        object.put("sequentialRank", hydra.sequentialRank());
      }
      object.put("scale", hydra.scale());
      object.put("dropout", hydra.dropout());
      if (!hydra.bias()) {
        object.put("bias", false);
      }
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
    writeModel(object.putObject("backbone"), config.model());
    ObjectNode provenance = object.putObject("provenance");
    config.provenance().forEach(provenance::put);
    JsonFields.write(file, object);
  }

  private static void writeModel(ObjectNode backbone, BackboneConfig model) {
    if (model instanceof RobertaConfig roberta) {
      backbone
          .put(ARCHITECTURE, ROBERTA)
          .put("vocabulary", roberta.vocabulary())
          .put("positions", roberta.positions());
    } else {
      backbone
          .put("imageSize", model.vision().imageSize())
          .put("patchSize", model.vision().patchSize());
    }
    backbone
        .put("width", model.width())
        .put("depth", model.depth())
        .put("heads", model.heads())
        .put("mlpWidth", model.mlpWidth())
        .put("epsilon", model.epsilon());
    // What a plain vision transformer does not need is left out, so that its file stays as it was.
    if (model.activation() != Activation.GELU) {
      backbone.put("activation", JsonFields.spelling(model.activation()));
    }
    if (model instanceof VitConfig vit && vit.isClip()) {
      backbone.put("embedding", vit.embedding());
    }
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
              model(fields.object("backbone")),
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
    int rank = fields.integer("rank");
    return new HydraConfig(
        rank,
        fields.has("sequentialRank") ? fields.integer("sequentialRank") : rank,
        fields.number("scale"),
        fields.number("dropout"),
        !fields.has("bias") || fields.flag("bias"),
        fields.constant("branches", Branches.class),
        sites);
  }

  private static BackboneConfig model(JsonFields fields) throws WeightFileException {
    if (!fields.has(ARCHITECTURE)) {
      return vit(fields);
    }
    if (!fields.text(ARCHITECTURE).equals(ROBERTA)) {
      throw fields.wrong(ARCHITECTURE, ROBERTA);
    }
    RobertaConfig roberta =
        new RobertaConfig(
            fields.integer("vocabulary"),
            fields.integer("positions"),
            fields.integer("width"),
            fields.integer("depth"),
            fields.integer("heads"),
            fields.integer("mlpWidth"),
            (float) fields.number("epsilon"));
    fields.finish();
    return roberta;
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
