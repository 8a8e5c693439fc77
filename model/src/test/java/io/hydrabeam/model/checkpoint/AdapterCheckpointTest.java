package io.hydrabeam.model.checkpoint;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.VitVectors;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.SplitMix64;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.Safetensors;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.model.weights.WeightFiles;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AdapterCheckpointTest {

  private static final VitConfig VIT = VitConfig.tiny();

  private static final HydraConfig HYDRA =
      new HydraConfig(2, 1.7, 0.2, Branches.SEQUENTIAL, Set.of(Site.MLP));

  @TempDir Path folder;

  @Test
  void save_ofTheReference_hasTheOriginalsNamesAndBits() throws IOException {
    Map<String, HostTensor> original = Vectors.tensors("vit_hydra/adapters.safetensors");
    Backbone backbone = backbone(VitVectors.backbone(), Vectors.vit());
    AdapterConfig config =
        new AdapterConfig(
            Method.HYDRA,
            Vectors.hydra(),
            Vectors.vit(),
            Vectors.classes(),
            false,
            Normalization.IMAGENET,
            backbone.hash(),
            Map.of());

    AdapterCheckpoint.save(folder, config, VitVectors.trained(original));

    assertSame(WeightFiles.readAll(folder.resolve("adapter.safetensors")), original);
    AdapterCheckpoint loaded = AdapterCheckpoint.load(folder);
    assertSame(loaded.trained(), VitVectors.trained(original));
    assertThat(loaded.config()).isEqualTo(config);
    loaded.requireTrainedOn(backbone, folder);
  }

  @ParameterizedTest
  @EnumSource(value = Method.class, mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
  void load_givesWhatWasSaved(Method method) throws IOException {
    AdapterConfig config = config(method);
    Map<String, HostTensor> trained = trained(config);

    AdapterCheckpoint.save(folder.resolve("a/b"), config, trained);
    AdapterCheckpoint loaded = AdapterCheckpoint.load(folder.resolve("a/b"));

    assertThat(loaded.config()).isEqualTo(config);
    assertSame(loaded.trained(), trained);
  }

  @Test
  void save_twice_givesTheSameBytes() throws IOException {
    AdapterConfig config = config(Method.HYDRA);
    AdapterCheckpoint.save(folder.resolve("a"), config, trained(config));
    AdapterCheckpoint.save(folder.resolve("b"), config, new TreeMap<>(trained(config)));

    for (String file : new String[] {AdapterCheckpoint.TENSORS, AdapterCheckpoint.CONFIG}) {
      assertThat(Files.readAllBytes(folder.resolve("a").resolve(file)))
          .isEqualTo(Files.readAllBytes(folder.resolve("b").resolve(file)));
    }
  }

  @Test
  void config_isReadableJsonInAFixedOrder() throws IOException {
    AdapterConfig config = config(Method.HYDRA);
    AdapterCheckpoint.save(folder, config, trained(config));

    assertThat(Files.readString(folder.resolve(AdapterCheckpoint.CONFIG)))
        .isEqualTo(
            """
            {
              "format" : "hydra-beam-adapter",
              "formatVersion" : 1,
              "method" : "hydra",
              "rank" : 2,
              "scale" : 1.7,
              "dropout" : 0.2,
              "branches" : "sequential",
              "sites" : [
                "mlp"
              ],
              "classes" : 3,
              "normalization" : "half",
              "backboneHash" : "%s",
              "backbone" : {
                "imageSize" : 32,
                "patchSize" : 8,
                "width" : 32,
                "depth" : 1,
                "heads" : 4,
                "mlpWidth" : 128,
                "epsilon" : 1.0E-6
              },
              "provenance" : {
                "seed" : "3",
                "task" : "digits"
              }
            }
            """
                .formatted(config.backboneHash()));
  }

  @Test
  void otherBackbone_isRefused() throws IOException {
    AdapterConfig config = config(Method.HYDRA);
    AdapterCheckpoint checkpoint = new AdapterCheckpoint(config, trained(config));

    checkpoint.requireTrainedOn(Backbone.random(VIT, 1), folder);
    assertThat(
            assertThrows(
                WeightFileException.class,
                () -> checkpoint.requireTrainedOn(Backbone.random(VIT, 2), folder)))
        .hasMessageThat()
        .startsWith(folder + ": the adapter is for another backbone of the same sizes: its hash");
    assertThat(
            assertThrows(
                WeightFileException.class,
                () ->
                    checkpoint.requireTrainedOn(
                        Backbone.random(new VitConfig(32, 8, 32, 2, 4, 128, 1e-6f), 1), folder)))
        .hasMessageThat()
        .startsWith(folder + ": the adapter is for another backbone: VitConfig[");
  }

  @Test
  void fullCheckpoint_needsABackboneOfItsSizesOnly() throws IOException {
    AdapterConfig config = config(Method.FULL);
    AdapterCheckpoint checkpoint = new AdapterCheckpoint(config, trained(config));

    checkpoint.requireTrainedOn(Backbone.random(VIT, 2), folder);
  }

  @Test
  void missingExtraMisshapenAndNanTensors_areNamed() throws IOException {
    assertThat(failure(tensors -> tensors.remove("head.bias")))
        .isEqualTo("adapter.safetensors: 1 tensor missing: head.bias");
    assertThat(failure(tensors -> tensors.put("head_dist.bias", HostTensor.zeros(3))))
        .isEqualTo("adapter.safetensors: 1 tensor unexpected: head_dist.bias");
    assertThat(failure(tensors -> tensors.put("pre_logits.fc.bias", HostTensor.zeros(3))))
        .isEqualTo("adapter.safetensors: 1 tensor unexpected: pre_logits.fc.bias");
    assertThat(failure(tensors -> tensors.put("head.weight", HostTensor.zeros(32, 3))))
        .isEqualTo(
            "adapter.safetensors: 1 tensor misshapen: head.weight is [32, 3], expected [3, 32]");
    assertThat(failure(tensors -> tensors.get("head.bias").values()[2] = Float.NaN))
        .isEqualTo("adapter.safetensors: tensor head.bias: value 2 is NaN");
  }

  @Test
  void missingFiles_areNamed() throws IOException {
    assertThat(assertThrows(WeightFileException.class, () -> AdapterCheckpoint.load(folder)))
        .hasMessageThat()
        .isEqualTo(folder + ": is no adapter: there is no adapter_config.json in it");
    AdapterConfig config = config(Method.LINEAR);
    AdapterCheckpoint.save(folder, config, trained(config));
    Files.delete(folder.resolve(AdapterCheckpoint.TENSORS));
    assertThat(assertThrows(WeightFileException.class, () -> AdapterCheckpoint.load(folder)))
        .hasMessageThat()
        .isEqualTo(folder.resolve(AdapterCheckpoint.TENSORS) + ": no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"hydra-beam-adapter\" | \"other\" | field format is \"other\", expected hydra-beam-ad",
        "\"formatVersion\" : 1 | \"formatVersion\" : 2 | is 2, expected 1 (written by a newer ver",
        "\"formatVersion\" : 1 | \"formatVersion\" : 1, \"x\" : 1 | unknown field x",
        "\"method\" : \"hydra\" | \"method\" : \"lora\" | expected one of hydra, linear, full",
        "\"method\" : \"hydra\" | \"method\" : \"linear\" | unknown field rank",
        "\"method\" : \"hydra\", | '' | field method is missing, expected a string",
        "\"rank\" : 2 | \"rank\" : 0 | rank (0) must be positive",
        "\"rank\" : 2 | \"rank\" : 3 | misshapen: blocks.0.mlp.hydra_mlp_seq.down_proj.weight is",
        "\"rank\" : 2 | \"rank\" : 2.5 | field rank is 2.5, expected an integer",
        "\"scale\" : 1.7 | \"scale\" : \"a\" | field scale is \"a\", expected a number",
        "\"scale\" : 1.7 | \"scale\" : 1e999 | scale (Infinity) must be finite",
        "\"mlp\" | \"head\" | field sites is [\"head\"], expected one of attention, mlp",
        "\"mlp\" | \"mlp\", \"mlp\" | expected each site once",
        "\"mlp\" | 1 | field sites is [1], expected a list of strings",
        "\"classes\" : 3 | \"classes\" : -3 | classes (-3) must be positive",
        "\"depth\" : 1 | \"depth\" : 2000000000 | says 2000000000 blocks, but",
        "\"width\" : 32 | \"width\" : 2000000000 | misshapen",
        "\"epsilon\" : 1.0E-6 | \"epsilon\" : 1.0E-6, \"y\" : 1 | unknown field backbone.y",
        "\"seed\" : \"3\" | \"seed\" : 3 | field provenance.seed is 3, expected a string",
      })
  void wrongConfig_isRefusedWithItsReason(String from, String to, String reason)
      throws IOException {
    AdapterConfig config = config(Method.HYDRA);
    AdapterCheckpoint.save(folder, config, trained(config));
    Path file = folder.resolve(AdapterCheckpoint.CONFIG);
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to.equals("''") ? "" : to));

    WeightFileException e =
        assertThrows(WeightFileException.class, () -> AdapterCheckpoint.load(folder));
    assertThat(e).hasMessageThat().contains(reason);
    assertThat(e).hasMessageThat().doesNotContain("\n");
  }

  @Test
  void damagedConfig_isReadOrRefused() throws IOException {
    AdapterConfig config = config(Method.FULL);
    AdapterCheckpoint.save(folder, config, trained(config));
    Path file = folder.resolve(AdapterCheckpoint.CONFIG);
    byte[] whole = Files.readAllBytes(file);
    SplitMix64 random = new SplitMix64(4);
    for (int round = 0; round < 250; round++) {
      byte[] bytes = whole.clone();
      for (int i = 0; i <= round % 3; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(95));
      }
      Files.write(file, bytes);
      try {
        var unused = AdapterCheckpoint.load(folder);
      } catch (WeightFileException expected) {
        // Any other exception fails the test.
      }
    }
  }

  @Test
  void save_ofNanOrWrongParameters_writesNothing() throws IOException {
    AdapterConfig config = config(Method.LINEAR);
    Map<String, HostTensor> nan = trained(config);
    nan.get("head/kernel").values()[5] = Float.NEGATIVE_INFINITY;
    Map<String, HostTensor> extra = new HashMap<>(trained(config));
    extra.put("encoder/norm/bias", HostTensor.zeros(32));

    assertThat(
            assertThrows(
                WeightFileException.class, () -> AdapterCheckpoint.save(folder, config, nan)))
        .hasMessageThat()
        .endsWith("not saved, as head/kernel is -Infinity at value 5");
    assertThat(
            assertThrows(
                IllegalArgumentException.class,
                () -> AdapterCheckpoint.save(folder, config, extra)))
        .hasMessageThat()
        .isEqualTo("parameter encoder/norm/bias is unexpected");
    assertThat(folder.toFile().list()).isEmpty();
  }

  private static AdapterConfig config(Method method) {
    return new AdapterConfig(
        method,
        HYDRA,
        VIT,
        3,
        false,
        Normalization.HALF,
        Backbone.random(VIT, 1).hash(),
        Map.of("task", "digits", "seed", "3"));
  }

  private static Map<String, HostTensor> trained(AdapterConfig config) {
    Map<String, HostTensor> trained = new LinkedHashMap<>();
    switch (config.method()) {
      case HYDRA -> trained.putAll(Initializers.adapters(VIT, HYDRA, 5));
      case FULL -> trained.putAll(Initializers.backbone(VIT, 5));
      default -> {}
    }
    trained.putAll(Initializers.head(VIT, 3, 5));
    return trained;
  }

  private static Backbone backbone(Map<String, HostTensor> parameters, VitConfig vit) {
    return new Backbone(
        vit,
        parameters,
        Backbone.hashOf(vit, parameters),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The message of loading a checkpoint whose tensors were changed, without the folder. */
  private String failure(Consumer<Map<String, HostTensor>> change) throws IOException {
    AdapterConfig config = config(Method.HYDRA);
    AdapterCheckpoint.save(folder, config, trained(config));
    Path file = folder.resolve(AdapterCheckpoint.TENSORS);
    Map<String, HostTensor> tensors = new TreeMap<>(WeightFiles.readAll(file));
    change.accept(tensors);
    Safetensors.write(file, tensors, Map.of());
    WeightFileException e =
        assertThrows(WeightFileException.class, () -> AdapterCheckpoint.load(folder));
    assertThat(e).hasMessageThat().doesNotContain("\n");
    return e.getMessage().substring((folder + "/").length());
  }

  private static void assertSame(Map<String, HostTensor> actual, Map<String, HostTensor> expected) {
    assertThat(actual.keySet()).containsExactlyElementsIn(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertWithMessage(name).that(actual.get(name).bitEquals(tensor)).isTrue());
  }
}
