package io.hydrabeam.model.checkpoint;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.ClipVectors;
import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.adapters.HydraMerge;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.Safetensors;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.model.weights.WeightFiles;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CLIP's weight files and adapters: what is accepted, what is left out, what is refused. */
class ClipFilesTest {

  private static final String OPEN_AI = "openai";

  private static final String HUGGING_FACE = "hf";

  @TempDir Path folder;

  @Test
  void load_reportsWhatItLeavesOut() throws IOException {
    assertThat(Backbone.load(original(OPEN_AI)).ignored())
        .containsExactly("context_length", "input_resolution", "vocab_size");
    assertThat(Backbone.load(original(HUGGING_FACE)).ignored())
        .containsExactly(
            "text_model.embeddings.position_ids", "vision_model.embeddings.position_ids");
    assertThat(Backbone.load(original(OPEN_AI)).normalization()).hasValue(Normalization.CLIP);
  }

  @ParameterizedTest
  @ValueSource(strings = {OPEN_AI, HUGGING_FACE})
  void imageTowerAlone_isABackboneWithTheSameHash(String naming) throws IOException {
    Path whole = original(naming);
    Path image = changed(naming, tensors -> tensors.keySet().removeIf(ClipFilesTest::isText));
    Backbone backbone = Backbone.load(image);

    assertThat(backbone.hash()).isEqualTo(Backbone.load(whole).hash());
    assertThat(backbone.text()).isEmpty();
    assertThat(backbone.ignored()).containsExactly("logit_scale");
    assertThat(assertThrows(WeightFileException.class, () -> TextTower.load(image)))
        .hasMessageThat()
        .isEqualTo(image + ": has no text tower, which class names are turned into a head with");
  }

  @ParameterizedTest
  @ValueSource(strings = {OPEN_AI, HUGGING_FACE})
  void textTowerAlone_isRefused(String naming) throws IOException {
    Predicate<String> image = name -> name.startsWith("visual") || name.startsWith("vision");
    assertThat(failure(changed(naming, tensors -> tensors.keySet().removeIf(image))))
        .isEqualTo(
            "holds a text tower, but no image tower (visual.conv1.weight or"
                + " vision_model.embeddings.patch_embedding.weight)");
  }

  @ParameterizedTest
  @CsvSource({
    "openai, ln_final.bias",
    "openai, visual.transformer.resblocks.0.ln_2.weight",
    "openai, transformer.resblocks.0.attn.in_proj_bias",
    "openai, logit_scale",
    "hf, vision_model.encoder.layers.0.self_attn.k_proj.bias",
    "hf, text_model.encoder.layers.0.self_attn.v_proj.weight",
    "hf, vision_model.pre_layrnorm.weight",
  })
  void missingTensor_isNamed(String naming, String name) throws IOException {
    assertThat(failure(changed(naming, tensors -> tensors.remove(name))))
        .isEqualTo("1 tensor missing: " + name);
  }

  @Test
  void unexpectedAndMisshapenTensors_areNamed() throws IOException {
    assertThat(failure(changed(OPEN_AI, tensors -> tensors.put("visual.x", HostTensor.zeros(1)))))
        .isEqualTo("1 tensor unexpected: visual.x");
    assertThat(
            failure(
                changed(
                    OPEN_AI, tensors -> tensors.put("visual.ln_pre.bias", HostTensor.zeros(1)))))
        .startsWith("1 tensor misshapen: visual.ln_pre.bias is [1], expected [");
    assertThat(
            failure(
                changed(
                    HUGGING_FACE,
                    tensors -> {
                      HostTensor projection = tensors.get("text_projection.weight");
                      int[] shape = projection.shape();
                      tensors.put(
                          "text_projection.weight", HostTensor.zeros(shape[0] + 1, shape[1]));
                    })))
        .matches("texts are projected to [0-9]+ numbers, images to [0-9]+; they must be as many");
    assertThat(
            failure(
                changed(
                    OPEN_AI,
                    tensors ->
                        tensors.put("visual.layer1.0.conv1.weight", HostTensor.zeros(1, 1, 1, 1)))))
        .isEqualTo("is a CLIP whose image tower is a ResNet; needed is a ViT");
  }

  @Test
  void halfPrecision_isRead() throws IOException {
    Path exact = changed(OPEN_AI, tensors -> tensors.replaceAll((name, tensor) -> rounded(tensor)));
    Backbone expected = Backbone.load(exact);
    Map<String, HostTensor> tensors = new TreeMap<>(WeightFiles.readAll(exact));
    Path half = Files.write(folder.resolve("half.safetensors"), halfPrecision(tensors));

    assertThat(Backbone.load(half).hash()).isEqualTo(expected.hash());
    assertThat(TextTower.load(half).hash()).isEqualTo(TextTower.load(exact).hash());
    assertThat(expected.hash()).isNotEqualTo(Backbone.load(original(OPEN_AI)).hash());
  }

  @Test
  void headsEpsilonAndActivation_comeFromTheSidecar() throws IOException {
    Path file = original(OPEN_AI);
    String hash = Backbone.load(file).hash();
    String textHash = TextTower.load(file).hash();
    Files.writeString(
        BackboneSidecar.pathFor(file),
        "{\"heads\": 4, \"textHeads\": 2, \"eps\": 1e-4, \"activation\": \"gelu\"}");
    Backbone backbone = Backbone.load(file);

    assertThat(backbone.config().heads()).isEqualTo(4);
    assertThat(backbone.text().orElseThrow().heads()).isEqualTo(2);
    assertThat(backbone.config().epsilon()).isEqualTo(1e-4f);
    assertThat(backbone.text().orElseThrow().epsilon()).isEqualTo(1e-4f);
    assertThat(backbone.config().activation()).isEqualTo(Activation.GELU);
    assertThat(backbone.hash()).isNotEqualTo(hash);
    assertThat(TextTower.load(file).hash()).isNotEqualTo(textHash);
  }

  @Test
  void huggingFacesConfig_isASidecar() throws IOException {
    Path file = original(HUGGING_FACE);
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        """
        {"model_type": "clip",
         "vision_config": {"num_attention_heads": 4, "hidden_act": "gelu", "x": 1},
         "text_config": {"num_attention_heads": 2, "hidden_act": "gelu"}}
        """);
    Backbone backbone = Backbone.load(file);
    assertThat(backbone.config().heads()).isEqualTo(4);
    assertThat(backbone.text().orElseThrow().heads()).isEqualTo(2);
    assertThat(backbone.config().activation()).isEqualTo(Activation.GELU);
    assertThat(backbone.config().epsilon()).isEqualTo(VitConfig.EPSILON_CLIP);

    Files.writeString(config, Files.readString(config).replaceFirst("gelu", "quick_gelu"));
    assertThat(assertThrows(WeightFileException.class, () -> Backbone.load(file)))
        .hasMessageThat()
        .isEqualTo(
            config
                + ": vision_config and text_config differ in layer_norm_eps or hidden_act, which"
                + " must be one for both");
    Files.writeString(config, "{\"vision_config\": {\"hidden_act\": \"relu\"}}");
    assertThat(assertThrows(WeightFileException.class, () -> Backbone.load(file)))
        .hasMessageThat()
        .contains("field vision_config.hidden_act is \"relu\", expected one of gelu, quick_gelu");
    Files.writeString(config, "{\"hidden_act\": \"relu\"}"); // of another kind of model
    assertThat(Backbone.load(file).config()).isEqualTo(ClipVectors.image());
  }

  @Test
  void adapters_areSavedUnderTheOriginalsNames() throws IOException {
    AdapterConfig config = adapterConfig(Backbone.load(original(OPEN_AI)), Method.HYDRA);
    AdapterCheckpoint.save(folder.resolve("a"), config, trained());
    AdapterCheckpoint loaded = AdapterCheckpoint.load(folder.resolve("a"));

    Map<String, HostTensor> stored =
        WeightFiles.readAll(folder.resolve("a").resolve(AdapterCheckpoint.TENSORS));
    Map<String, HostTensor> original = Vectors.tensors(ClipVectors.FOLDER + "adapters.safetensors");
    original.keySet().removeIf(name -> name.startsWith("transformer."));
    Map<String, HostTensor> expected = new LinkedHashMap<>(original);
    expected.put("layers.0.weight", ClipVectors.expected().get("head_init.weight"));
    expected.put("layers.0.bias", ClipVectors.expected().get("head_init.bias"));
    assertSame(stored, expected);
    assertSame(loaded.trained(), trained());
    assertThat(loaded.config()).isEqualTo(config);
  }

  @Test
  void idleAdaptersOfTheTextTower_areLeftOut_othersRefused() throws IOException {
    AdapterConfig config = adapterConfig(Backbone.load(original(OPEN_AI)), Method.HYDRA);
    Path adapter = folder.resolve("a");
    AdapterCheckpoint.save(adapter, config, trained());
    Map<String, HostTensor> tensors = Vectors.tensors(ClipVectors.FOLDER + "adapters.safetensors");
    tensors.put("layers.0.weight", ClipVectors.expected().get("head_init.weight"));
    tensors.put("layers.0.bias", ClipVectors.expected().get("head_init.bias"));
    Path file = adapter.resolve(AdapterCheckpoint.TENSORS);
    Safetensors.write(file, tensors, Map.of());
    assertSame(AdapterCheckpoint.load(adapter).trained(), trained());

    String up = "transformer.resblocks.0.mlp.ad_lin.adapter_seq.up_proj.bias";
    tensors.get(up).values()[3] = 1e-9f;
    Safetensors.write(file, tensors, Map.of());
    assertThat(assertThrows(WeightFileException.class, () -> AdapterCheckpoint.load(adapter)))
        .hasMessageThat()
        .isEqualTo(
            file + ": tensor " + up + " is not zero: adapters of the text tower are not supported");
    tensors.remove(up);
    tensors.put("transformer.resblocks.0.mlp.ad_lin.linear.weight", HostTensor.zeros(1));
    Safetensors.write(file, tensors, Map.of());
    assertThat(assertThrows(WeightFileException.class, () -> AdapterCheckpoint.load(adapter)))
        .hasMessageThat()
        .endsWith("1 tensor unexpected: transformer.resblocks.0.mlp.ad_lin.linear.weight");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LINEAR", "FULL"})
  void otherMethods_giveBackWhatWasSaved(Method method) throws IOException {
    Backbone backbone = Backbone.load(original(HUGGING_FACE));
    Map<String, HostTensor> trained = new LinkedHashMap<>(ClipVectors.head());
    if (method == Method.FULL) {
      trained.putAll(backbone.parameters());
    }
    AdapterConfig config = adapterConfig(backbone, method);
    AdapterCheckpoint.save(folder.resolve("a"), config, trained);

    assertSame(AdapterCheckpoint.load(folder.resolve("a")).trained(), trained);
    assertThat(AdapterCheckpoint.load(folder.resolve("a")).config()).isEqualTo(config);
  }

  @Test
  void mergedModel_loadsAsABackboneAgain() throws IOException {
    Backbone backbone = Backbone.load(original(OPEN_AI));
    Map<String, HostTensor> merged =
        HydraMerge.merge(backbone.parameters(), trained(), ClipVectors.hydra());
    Path file = folder.resolve("merged.safetensors");
    Backbone.write(file, backbone.config(), merged, Optional.of(Normalization.CLIP));
    Backbone again = Backbone.load(file);

    assertThat(again.config()).isEqualTo(backbone.config());
    assertThat(again.ignored()).containsExactly("layers.0.bias", "layers.0.weight");
    assertThat(again.text()).isEmpty();
    merged.keySet().removeIf(name -> name.startsWith("head/"));
    assertSame(again.parameters(), merged);
    assertThat(again.hash()).isNotEqualTo(backbone.hash());
  }

  @Test
  void freshAdapters_addNothing_andAreDrawnAsTheOriginals() {
    VitConfig vit = VitConfig.clipBase32();
    Map<String, HostTensor> adapters = Initializers.adapters(vit, ClipVectors.hydra(), 1);
    double squares = 0;
    int drawn = 0;
    for (Map.Entry<String, HostTensor> entry : adapters.entrySet()) {
      for (float value : entry.getValue().values()) {
        if (entry.getKey().endsWith("/down/kernel")) {
          squares += value * value;
          drawn++;
        } else {
          assertThat(value).isEqualTo(0f);
        }
      }
    }
    assertThat(Math.sqrt(squares / drawn)).isWithin(2e-4).of(0.02);
  }

  @Test
  void torchScript_isRefusedWithItsOwnConversion() {
    byte[] pickle = {(byte) 0x80, 2};
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("ViT-B-32/code/__torch__.py", pickle);
    entries.put("ViT-B-32/data.pkl", pickle);
    assertThat(failure(WeightFiles.file(folder, "b.pt", WeightFiles.zip(entries, false))))
        .startsWith("is a TorchScript archive, which can run code when read; convert it where");
  }

  private static AdapterConfig adapterConfig(Backbone backbone, Method method) {
    return new AdapterConfig(
        method,
        method == Method.HYDRA ? ClipVectors.hydra() : null,
        backbone.config(),
        ClipVectors.classes(),
        false,
        Normalization.CLIP,
        backbone.hash(),
        Map.of());
  }

  private static Map<String, HostTensor> trained() {
    Map<String, HostTensor> trained = new LinkedHashMap<>(ClipVectors.adapters());
    trained.putAll(ClipVectors.head());
    return trained;
  }

  private static boolean isText(String name) {
    return !name.startsWith("visual") && !name.startsWith("vision") && !name.equals("logit_scale");
  }

  private Path original(String naming) {
    return Vectors.copy(ClipVectors.FOLDER + naming + ".safetensors.gz", folder);
  }

  /** The reference's floating tensors, changed. */
  private Path changed(String naming, Consumer<Map<String, HostTensor>> change) throws IOException {
    Map<String, HostTensor> tensors =
        new TreeMap<>(Vectors.tensors(ClipVectors.FOLDER + naming + ".safetensors.gz"));
    change.accept(tensors);
    Path file = folder.resolve("changed.safetensors");
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  /** Each value with a fraction of so few bits that half precision holds it. */
  private static HostTensor rounded(HostTensor tensor) {
    float[] values = new float[tensor.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.round(tensor.values()[i] * 64) / 64f;
    }
    return new HostTensor(tensor.shape(), values);
  }

  private static byte[] halfPrecision(Map<String, HostTensor> tensors) {
    StringBuilder header = new StringBuilder("{");
    int end = 0;
    for (Map.Entry<String, HostTensor> entry : tensors.entrySet()) {
      int begin = end;
      end += 2 * entry.getValue().values().length;
      header.append(header.length() > 1 ? "," : "");
      header.append(
          "\"%s\":{\"dtype\":\"F16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(entry.getKey(), Arrays.toString(entry.getValue().shape()), begin, end));
    }
    byte[] file = WeightFiles.safetensors(header + "}", end);
    ByteBuffer data = ByteBuffer.wrap(file, file.length - end, end).order(ByteOrder.LITTLE_ENDIAN);
    for (HostTensor tensor : tensors.values()) {
      for (float value : tensor.values()) {
        data.putShort(half(value));
      }
    }
    return file;
  }

  /** Exact for what {@link #rounded} leaves. */
  private static short half(float value) {
    if (value == 0) {
      return (short) (Float.floatToRawIntBits(value) >>> 16);
    }
    int bits = Float.floatToRawIntBits(value);
    int exponent = ((bits >>> 23) & 0xff) - 127 + 15;
    return (short) ((bits >>> 16) & 0x8000 | exponent << 10 | (bits >>> 13) & 0x3ff);
  }

  private static String failure(Path file) {
    WeightFileException e = assertThrows(WeightFileException.class, () -> Backbone.load(file));
    assertThat(e).hasMessageThat().startsWith(file + ": ");
    assertThat(e).hasMessageThat().doesNotContain("\n");
    return e.getMessage().substring((file + ": ").length());
  }

  private static void assertSame(Map<String, HostTensor> actual, Map<String, HostTensor> expected) {
    assertThat(actual.keySet()).containsExactlyElementsIn(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertWithMessage(name).that(actual.get(name).bitEquals(tensor)).isTrue());
  }
}
