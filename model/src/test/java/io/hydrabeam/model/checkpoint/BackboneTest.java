package io.hydrabeam.model.checkpoint;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.VitVectors;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.Safetensors;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.model.weights.WeightFiles;
import io.hydrabeam.protos.Normalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackboneTest {

  @TempDir Path folder;

  @Test
  void load_timmNames_givesTheReferenceParameters() throws IOException {
    Backbone backbone = Backbone.load(reference());

    assertThat(backbone.config()).isEqualTo(Vectors.vit());
    assertThat(backbone.ignored()).containsExactly("head.bias", "head.weight");
    assertSame(backbone.parameters(), VitVectors.backbone());
  }

  @Test
  void load_googleNames_givesTheSameBitsAndHash() throws IOException {
    Backbone timm = Backbone.load(reference());

    Backbone google = Backbone.load(Vectors.copy("google_npz/backbone.npz", folder("npz")));

    assertThat(google.config()).isEqualTo(timm.config());
    assertSame(google.parameters(), timm.parameters());
    assertThat(google.hash()).isEqualTo(timm.hash());
    assertThat(google.ignored())
        .containsExactly("head/bias", "head/kernel", "pre_logits/bias", "pre_logits/kernel");
  }

  @Test
  void load_variantsOfGoogleNames_giveTheSame() throws IOException {
    String hash = Backbone.load(reference()).hash();
    UnaryOperator<String> renumbered =
        name ->
            name.replace("LayerNorm_2", "LayerNorm_1")
                .replace("Attention_1", "Attention_0")
                .replace("MlpBlock_3", "MlpBlock_0")
                .replace("Transformer/posembed_input/", "");

    assertThat(Backbone.load(google(name -> "opt/target/" + name)).hash()).isEqualTo(hash);
    assertThat(Backbone.load(google(name -> "params/" + name)).hash()).isEqualTo(hash);
    assertThat(Backbone.load(google(name -> "params/" + renumbered.apply(name))).hash())
        .isEqualTo(hash);
  }

  @Test
  void load_npzOfOtherSizes_givesWhatWasWritten() throws IOException {
    VitConfig vit = new VitConfig(24, 4, 20, 11, 5, 30, VitConfig.EPSILON_DEFAULT);
    Map<String, HostTensor> parameters = Initializers.backbone(vit, 3);
    Path file = folder.resolve("written.npz");
    GoogleNpz.write(file, vit, parameters);

    Backbone backbone = Backbone.load(file);

    assertThat(backbone.config()).isEqualTo(vit);
    assertSame(backbone.parameters(), parameters);
  }

  @Test
  void write_thenLoad_givesTheSameBackboneWithoutTheHead() throws IOException {
    VitConfig vit = new VitConfig(24, 8, 20, 2, 5, 30, 1e-5f);
    Map<String, HostTensor> model = new LinkedHashMap<>(Initializers.backbone(vit, 3));
    String hash = Backbone.hashOf(vit, model);
    model.putAll(Initializers.head(vit, 4, 3));
    Path file = folder.resolve("merged.safetensors");

    Backbone.write(file, vit, model, Optional.of(Normalization.HALF));
    Backbone backbone = Backbone.load(file);

    assertThat(backbone.config()).isEqualTo(vit);
    assertThat(backbone.hash()).isEqualTo(hash);
    assertThat(backbone.normalization()).hasValue(Normalization.HALF);
    assertThat(backbone.ignored()).containsExactly("head.bias", "head.weight");
    assertThat(WeightFiles.readAll(file).get("head.weight").shape()).isEqualTo(new int[] {4, 20});
  }

  @Test
  void write_incompleteModel_isRefused() {
    VitConfig vit = VitConfig.tiny();
    Map<String, HostTensor> model = new HashMap<>(Initializers.backbone(vit, 3));
    model.remove(ParameterName.POSITION);

    assertThat(
            assertThrows(
                IllegalArgumentException.class,
                () -> Backbone.write(folder.resolve("a"), vit, model, Optional.empty())))
        .hasMessageThat()
        .isEqualTo("parameter embedding/position is missing");
  }

  @Test
  void hash_dependsOnBitsShapesNamesHeadsAndEpsilon() {
    VitConfig vit = VitConfig.tiny();
    HostTensor a = HostTensor.of(new float[] {1, 0}, 2);
    String hash = Backbone.hashOf(vit, Map.of("a", a, "b", HostTensor.zeros(1)));

    Map<String, HostTensor> reversed = new LinkedHashMap<>();
    reversed.put("b", HostTensor.zeros(1));
    reversed.put("a", HostTensor.of(new float[] {1, 0}, 2));
    assertThat(Backbone.hashOf(vit, reversed)).isEqualTo(hash);
    assertThat(hash).matches("[0-9a-f]{64}");
    reversed.put("a", HostTensor.of(new float[] {1, -0f}, 2));
    assertThat(Backbone.hashOf(vit, reversed)).isNotEqualTo(hash);
    reversed.put("a", HostTensor.of(new float[] {1, 0}, 2, 1));
    assertThat(Backbone.hashOf(vit, reversed)).isNotEqualTo(hash);
    assertThat(Backbone.hashOf(vit, Map.of("c", a, "b", HostTensor.zeros(1)))).isNotEqualTo(hash);
    Map<String, HostTensor> same = Map.of("a", a, "b", HostTensor.zeros(1));
    VitConfig heads = new VitConfig(32, 8, 32, 1, 8, 128, vit.epsilon());
    VitConfig epsilon = new VitConfig(32, 8, 32, 1, 4, 128, 1e-5f);
    assertThat(Backbone.hashOf(vit, same)).isEqualTo(hash);
    assertThat(Backbone.hashOf(heads, same)).isNotEqualTo(hash);
    assertThat(Backbone.hashOf(epsilon, same)).isNotEqualTo(hash);
  }

  @Test
  void random_isRepeatable() {
    assertThat(Backbone.random(VitConfig.tiny(), 1).hash())
        .isEqualTo(Backbone.random(VitConfig.tiny(), 1).hash());
    assertThat(Backbone.random(VitConfig.tiny(), 1).hash())
        .isNotEqualTo(Backbone.random(VitConfig.tiny(), 2).hash());
  }

  @Test
  void publishedWidth_needsNoSidecar() throws IOException {
    VitConfig vit = new VitConfig(32, 16, 192, 1, 3, 768, VitConfig.EPSILON_DEFAULT);
    Path file = folder.resolve("tiny.safetensors");
    Backbone.write(file, vit, Initializers.backbone(vit, 3), Optional.empty());
    Files.delete(BackboneSidecar.pathFor(file));

    assertThat(Backbone.load(file).config()).isEqualTo(vit);
  }

  @Test
  void otherWidth_withoutSidecar_isRefusedWithWhatToDo() throws IOException {
    Path file = vit(tensors -> {});
    Files.delete(BackboneSidecar.pathFor(file));

    assertThat(failure(file))
        .isEqualTo(
            "the number of attention heads is unknown (width 32 is no published size); say it in"
                + " vit.json: {\"heads\": …}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"heads\": 5} | is no usable ViT: heads (5) must divide width (32)",
        "{\"heads\": 0} | is no usable ViT: heads (0) must be positive",
        "{\"heads\": \"4\"} | field heads is \"4\", expected an integer",
        "{\"heads\": 4, \"eps\": -1} | is no usable ViT: epsilon (-1.0) must be positive",
        "{\"heads\": 4, \"normalization\": \"imagnet\"}"
            + "| field normalization is \"imagnet\", expected one of imagenet, half, none",
        "{\"heads\": 4, \"activation\": \"gelu_tanh\"}"
            + "| field activation is \"gelu_tanh\", expected one of gelu, quick_gelu",
        "{\"heads\": 4, \"colour\": 1} | unknown field colour",
        "{\"heads\": 4, \"heads\": 4} | is not valid JSON: Duplicate field 'heads'",
        "[4] | is not a JSON object",
        "{\"heads\": 4 | is not valid JSON",
      })
  void wrongSidecar_isRefused(String sidecar, String reason) throws IOException {
    Path file = vit(tensors -> {});
    Files.writeString(BackboneSidecar.pathFor(file), sidecar);

    assertThat(assertThrows(WeightFileException.class, () -> Backbone.load(file)))
        .hasMessageThat()
        .contains(reason);
  }

  @Test
  void sidecarThatContradictsTheNpz_isRefused() throws IOException {
    Path file = Vectors.copy("google_npz/backbone.npz", folder);
    Files.writeString(BackboneSidecar.pathFor(file), "{\"heads\": 999}");

    assertThat(failure(file)).endsWith("attention heads, its sidecar says 999");
  }

  @Test
  void missingExtraAndMisshapenTensors_areNamed() throws IOException {
    assertThat(failure(vit(tensors -> tensors.remove("norm.bias"))))
        .isEqualTo("1 tensor missing: norm.bias");
    assertThat(failure(vit(tensors -> tensors.remove("patch_embed.proj.weight"))))
        .startsWith(
            "holds no ViT and no RoBERTa: expected timm's names (patch_embed.proj.weight), Google's");
    assertThat(failure(vit(tensors -> tensors.remove("pos_embed"))))
        .isEqualTo("1 tensor missing: pos_embed");
    assertThat(failure(vit(tensors -> tensors.put("blocks.0.ls1.gamma", HostTensor.zeros(32)))))
        .isEqualTo("1 tensor unexpected: blocks.0.ls1.gamma");
    assertThat(failure(vit(tensors -> tensors.put("norm.bias", HostTensor.zeros(31)))))
        .isEqualTo("1 tensor misshapen: norm.bias is [31], expected [32]");
    assertThat(
            failure(
                vit(
                    tensors -> {
                      tensors.keySet().removeIf(name -> name.contains("norm"));
                      tensors.put("extra", HostTensor.zeros(1));
                    })))
        .isEqualTo(
            "6 tensors missing: blocks.0.norm1.weight, blocks.0.norm1.bias, blocks.0.norm2.weight,"
                + " …; 1 tensor unexpected: extra");
  }

  @Test
  void missingBlock_isNamed() throws IOException {
    assertThat(
            failure(
                vit(
                    tensors -> {
                      Map<String, HostTensor> moved = new HashMap<>();
                      tensors.forEach(
                          (name, tensor) -> {
                            if (name.startsWith("blocks.0.")) {
                              moved.put(name.replace("blocks.0", "blocks.2"), tensor);
                            }
                          });
                      tensors.putAll(moved);
                    })))
        .startsWith("12 tensors missing: blocks.1.norm1.weight");
    assertThat(
            failure(vit(tensors -> tensors.put("blocks.999999.norm1.bias", HostTensor.zeros(32)))))
        .contains("1 tensor unexpected: blocks.999999.norm1.bias");
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void notFinite_isNamedWithItsPlace(float value) throws IOException {
    Path file =
        vit(
            tensors -> {
              HostTensor kernel = HostTensor.zeros(32, 32);
              kernel.values()[77] = value;
              tensors.put("blocks.0.attn.proj.weight", kernel);
            });

    assertThat(failure(file)).isEqualTo("tensor blocks.0.attn.proj.weight: value 77 is " + value);
  }

  @Test
  void positionsThatAreNoSquare_areRefused() throws IOException {
    assertThat(failure(vit(tensors -> tensors.put("pos_embed", HostTensor.zeros(1, 16, 32)))))
        .isEqualTo("16 positions are not a class token and a square of patches");
    assertThat(failure(vit(tensors -> tensors.put("pos_embed", HostTensor.zeros(0)))))
        .isEqualTo("1 tensor misshapen: pos_embed is [0], expected 3 dimensions");
    assertThat(
            failure(
                vit(
                    tensors ->
                        tensors.put(
                            "patch_embed.proj.weight",
                            HostTensor.zeros(Integer.MAX_VALUE, 0, 8, 8)))))
        .startsWith("is no usable ViT: heads (4) must divide width (2147483647)");
  }

  @Test
  void cutFile_isRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(vit(tensors -> {}));
    Path cut = WeightFiles.file(folder, "cut", Arrays.copyOf(bytes, bytes.length - 1000));

    assertThat(failure(cut)).contains("is it cut?");
  }

  /** The reference backbone and the sidecar that its odd sizes need. */
  private Path reference() throws IOException {
    Path file = Vectors.copy("vit_hydra/backbone.safetensors", folder("timm"));
    VitConfig vit = Vectors.vit();
    String sidecar = "{\"heads\": %d, \"eps\": %s}".formatted(vit.heads(), vit.epsilon());
    Files.writeString(BackboneSidecar.pathFor(file), sidecar);
    return file;
  }

  /** The reference npz with other names. */
  private Path google(UnaryOperator<String> rename) {
    Map<String, byte[]> renamed = new LinkedHashMap<>();
    WeightFiles.unzip(Vectors.bytes("google_npz/backbone.npz"))
        .forEach((name, bytes) -> renamed.put(rename.apply(name), bytes));
    return WeightFiles.file(folder, "renamed.npz", WeightFiles.zip(renamed, true));
  }

  /** A small backbone with timm's names, changed. */
  private Path vit(Consumer<Map<String, HostTensor>> change) throws IOException {
    VitConfig vit = VitConfig.tiny();
    Path file = folder.resolve("vit.safetensors");
    Backbone.write(file, vit, Initializers.backbone(vit, 3), Optional.empty());
    Map<String, HostTensor> tensors = new TreeMap<>(WeightFiles.readAll(file));
    change.accept(tensors);
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private static void assertSame(Map<String, HostTensor> actual, Map<String, HostTensor> expected) {
    assertThat(actual.keySet()).containsExactlyElementsIn(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertWithMessage(name).that(actual.get(name).bitEquals(tensor)).isTrue());
  }

  /** The message without the file's name; asserts that it is a line. */
  private static String failure(Path file) {
    WeightFileException e = assertThrows(WeightFileException.class, () -> Backbone.load(file));
    assertThat(e).hasMessageThat().startsWith(file + ": ");
    assertThat(e).hasMessageThat().doesNotContain("\n");
    return e.getMessage().substring((file + ": ").length());
  }
}
