package io.hydrabeam.model.checkpoint;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.SafetensorsWriter;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.protos.Branches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RoBERTa's weights in Hugging Face's files. */
class RobertaFilesTest {

  private static final RobertaConfig CONFIG = new RobertaConfig(40, 20, 24, 2, 3, 48, 1e-5f);

  @TempDir Path folder;

  @Test
  void parameters_ofTheBaseModel_areThePaperCount() {
    assertThat(
            VitParameters.count(
                HydraParameters.shapes(
                    RobertaConfig.base(), HydraConfig.plain(4, 8, Branches.BOTH))))
        .isEqualTo(331_776);
    assertThat(VitParameters.count(BackboneParameters.shapes(RobertaConfig.base())))
        .isEqualTo(124_055_040);
    assertThat(VitParameters.count(BackboneParameters.headShapes(RobertaConfig.base(), 3)))
        .isEqualTo(768 * 768 + 768 + 768 * 3 + 3);
  }

  @Test
  void load_ofWrittenFile_givesTheSameModel() throws IOException {
    Backbone backbone = Backbone.random(CONFIG, 3);
    Path file = folder.resolve("roberta.safetensors");
    Backbone.write(file, CONFIG, backbone.parameters(), Optional.empty());

    Backbone loaded = Backbone.load(file);

    assertThat(loaded.config()).isEqualTo(CONFIG);
    assertThat(loaded.hash()).isEqualTo(backbone.hash());
    try (WeightFile weights = WeightFile.open(file)) {
      assertThat(weights.names())
          .containsAtLeast(
              "roberta.embeddings.word_embeddings.weight",
              "roberta.encoder.layer.1.attention.self.query.weight",
              "roberta.encoder.layer.0.output.LayerNorm.bias");
    }
  }

  @Test
  void load_withoutPrefixAndWithOtherHeads_givesTheSameModel() throws IOException {
    Map<String, HostTensor> tensors = new TreeMap<>();
    tensors().forEach((name, tensor) -> tensors.put(name.substring("roberta.".length()), tensor));
    tensors.put("pooler.dense.weight", HostTensor.zeros(24, 24));
    tensors.put("pooler.dense.bias", HostTensor.zeros(24));
    tensors.put("lm_head.bias", HostTensor.zeros(40));

    Backbone loaded = Backbone.load(write(tensors, "{\"heads\": 3}"));

    assertThat(loaded.hash()).isEqualTo(Backbone.random(CONFIG, 3).hash());
    assertThat(loaded.ignored())
        .containsExactly("lm_head.bias", "pooler.dense.bias", "pooler.dense.weight");
  }

  @Test
  void load_readsHeadsFromHuggingFacesConfig() throws IOException {
    Path file = write(tensors(), "{}");
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\": \"roberta\", \"num_attention_heads\": 3, \"layer_norm_eps\": 1e-5,"
            + " \"hidden_act\": \"gelu\", \"vocab_size\": 40}");

    assertThat(Backbone.load(file).config()).isEqualTo(CONFIG);
  }

  @Test
  void load_ofAnotherArchitecture_saysWhich() throws IOException {
    Path file = write(tensors(), "{}");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"xlnet\"}");
    assertThat(refused(file))
        .contains("config.json: field model_type is \"xlnet\", expected roberta");
    Files.delete(folder.resolve("config.json"));

    assertThat(refused(file)).contains("width 24 is no multiple of 64");

    Map<String, HostTensor> bert = tensors();
    bert.put("roberta.embeddings.token_type_embeddings.weight", HostTensor.zeros(2, 24));
    assertThat(refused(write(bert, "{\"heads\": 3}")))
        .contains("tells 2 segments apart, as a BERT");
  }

  @Test
  void load_withAMissingAndAnUnexpectedTensor_namesBoth() throws IOException {
    Map<String, HostTensor> tensors = tensors();
    tensors.remove("roberta.encoder.layer.1.attention.self.key.bias");
    tensors.put("roberta.encoder.layer.1.attention.self.keys.bias", HostTensor.zeros(24));

    assertThat(refused(write(tensors, "{\"heads\": 3}")))
        .contains(
            "1 tensor missing: roberta.encoder.layer.1.attention.self.key.bias; 1 tensor"
                + " unexpected: roberta.encoder.layer.1.attention.self.keys.bias");
  }

  @Test
  void hash_tellsARobertaFromAVisionTransformer() {
    assertThat(Backbone.random(CONFIG, 3).hash())
        .isNotEqualTo(Backbone.random(VitConfig.tiny(), 3).hash());
  }

  @Test
  void initialAdapters_addNothing_andTheHeadIsDrawn() {
    Map<String, HostTensor> adapters =
        Initializers.adapters(CONFIG, HydraConfig.plain(2, 3, Branches.BOTH), 1);
    adapters.forEach(
        (name, tensor) -> {
          double largest = 0;
          for (float value : tensor.values()) {
            largest = Math.max(largest, Math.abs(value));
          }
          // Kaiming uniform with a = √5: ±1/√inputs.
          assertThat(largest)
              .isAtMost(name.endsWith("down/kernel") ? 1 / Math.sqrt(tensor.shape()[0]) : 0);
        });
    Map<String, HostTensor> head = Initializers.head(CONFIG, 2, 1);
    assertThat(head.keySet())
        .containsExactly(
            "head/dense/kernel",
            "head/dense/bias",
            ParameterName.HEAD_KERNEL,
            ParameterName.HEAD_BIAS);
    assertThat(head.get("head/dense/bias").values()).usingExactEquality().contains(0f);
  }

  private static Map<String, HostTensor> tensors() {
    RobertaNames names = RobertaNames.ofAdapter();
    Map<String, HostTensor> tensors = new TreeMap<>();
    Backbone.random(CONFIG, 3)
        .parameters()
        .forEach(
            (name, tensor) -> {
              var sources = names.sources(name, tensor.shape());
              for (int i = 0; i < sources.size(); i++) {
                tensors.put(sources.get(i).name(), names.toFile(name, tensor, i));
              }
            });
    return tensors;
  }

  private Path write(Map<String, HostTensor> tensors, String sidecar) throws IOException {
    Path file = folder.resolve("roberta.safetensors");
    Map<String, int[]> shapes = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    SafetensorsWriter.write(file, shapes, tensors::get, Map.of());
    Files.writeString(folder.resolve("roberta.json"), sidecar);
    return file;
  }

  private static String refused(Path file) {
    return assertThrows(WeightFileException.class, () -> Backbone.load(file)).getMessage();
  }
}
