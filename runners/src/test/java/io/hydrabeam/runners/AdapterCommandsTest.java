package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.Samples;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.checkpoint.AdapterConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict} and {@code merge} with a small random model. */
final class AdapterCommandsTest {

  private static final VitConfig VIT = VitConfig.tiny();

  @TempDir Path folder;
  private Path backboneFile;
  private Path adapter;

  @BeforeEach
  void makeModel() throws IOException {
    SmallAdapter small = SmallAdapter.write(folder, VIT);
    backboneFile = small.backbone();
    adapter = small.adapter();
  }

  @Test
  void merge_writesAPlainModelThatPredictsTheSame() throws IOException {
    Path merged = folder.resolve("merged.safetensors");
    Launched launched = merge("--output=" + merged);
    assertThat(launched.err()).isEmpty();
    JsonNode line = new ObjectMapper().readTree(launched.out());
    assertThat(line.get("largestLogitDifference").asDouble()).isAtMost(5e-5);
    assertThat(line.get("largestLogit").asDouble()).isGreaterThan(0.01);
    try (WeightFile file = WeightFile.open(merged)) {
      assertThat(file.names()).contains("head.weight");
      assertThat(file.names()).contains("blocks.0.attn.proj.weight");
      assertThat(file.shape("head.weight"))
          .isEqualTo(new int[] {SmallAdapter.CLASSES, VIT.width()});
    }
    // Loads as a backbone again, and the weights are not the old ones.
    Backbone again = Backbone.load(merged);
    assertThat(again.config()).isEqualTo(VIT);
    assertThat(again.hash()).isNotEqualTo(Backbone.load(backboneFile).hash());
  }

  @Test
  void merge_ofClip_foldsTheBatchNormAndKeepsOpenAisNames() throws IOException {
    makeClip(Map.of());
    Path merged = folder.resolve("merged.safetensors");
    Launched launched = merge("--output=" + merged);
    assertThat(launched.err()).isEmpty();
    JsonNode line = new ObjectMapper().readTree(launched.out());
    assertThat(line.get("largestLogitDifference").asDouble()).isAtMost(5e-5);
    assertThat(line.get("largestLogit").asDouble()).isGreaterThan(0.01);
    try (WeightFile file = WeightFile.open(merged)) {
      assertThat(file.shape("layers.0.weight"))
          .isEqualTo(new int[] {SmallAdapter.CLASSES, VitConfig.clipTiny().embedding()});
      assertThat(file.names()).contains("visual.transformer.resblocks.0.mlp.c_proj.weight");
      assertThat(file.names()).doesNotContain("channel_bn.running_mean");
    }
    assertThat(Backbone.load(merged).config()).isEqualTo(VitConfig.clipTiny());
  }

  @Test
  void merge_ofTexts_writesHuggingFacesNamesWithTheMergedLogits() throws IOException {
    RobertaConfig roberta = RobertaConfig.tiny(40);
    SmallAdapter small = SmallAdapter.writeTexts(folder, roberta, 3, Map.of());
    backboneFile = small.backbone();
    adapter = small.adapter();
    Path merged = folder.resolve("merged.safetensors");

    Launched launched = merge("--output=" + merged);

    assertThat(launched.err()).isEmpty();
    JsonNode line = new ObjectMapper().readTree(launched.out());
    assertThat(line.get("probeTexts").asInt()).isEqualTo(4);
    assertThat(line.get("largestLogitDifference").asDouble()).isAtMost(5e-5);
    assertThat(line.get("largestLogit").asDouble()).isGreaterThan(0.01);
    // The file alone, body and head, gives what backbone and adapter give together.
    Backbone body = Backbone.load(merged);
    assertThat(body.config()).isEqualTo(roberta);
    Map<String, HostTensor> plain = new LinkedHashMap<>(body.parameters());
    try (WeightFile file = WeightFile.open(merged)) {
      assertThat(file.names()).contains("roberta.encoder.layer.1.output.dense.weight");
      plain.put("head/dense/kernel", transposed(file.read("classifier.dense.weight")));
      plain.put("head/dense/bias", file.read("classifier.dense.bias"));
      plain.put("head/kernel", transposed(file.read("classifier.out_proj.weight")));
      plain.put("head/bias", file.read("classifier.out_proj.bias"));
    }
    TensorFlowRuntime runtime = TensorFlowRuntime.singleThread();
    Samples texts = ProbeSamples.of(roberta);
    try (Classifier alone =
            Classifier.open(roberta, plain, Normalization.NONE, Precision.FP32, 4, runtime);
        Classifier both =
            AdaptedModel.load(backboneFile.toString(), adapter.toString())
                .openUnmerged(4, runtime)) {
      float[][] expected = both.logits(texts);
      assertThat(ProbeSamples.largestDifference("logits", alone.logits(texts), expected))
          .isAtMost(5e-5);
    }
  }

  private static HostTensor transposed(HostTensor tensor) {
    int rows = tensor.shape()[0];
    int columns = tensor.shape()[1];
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i % columns * rows + i / columns] = tensor.values()[i];
    }
    return new HostTensor(new int[] {columns, rows}, values);
  }

  @Test
  void predict_resizesAsInTraining() throws IOException {
    SmallAdapter.writeImage(folder.resolve("wide.png"), 64, 32);
    BufferedImage wide = ImageIO.read(folder.resolve("wide.png").toFile());
    ImageIO.write(wide.getSubimage(16, 0, 32, 32), "png", folder.resolve("centre.png").toFile());
    String[] files = {
      folder.resolve("wide.png").toString(), folder.resolve("centre.png").toString()
    };
    makeClip(Map.of("resize", "center_crop"));
    Launched cropped = predict(files);
    makeClip(Map.of());
    Launched squashed = predict(files);

    assertWithMessage(cropped.err()).that(cropped.exitCode()).isEqualTo(0);
    assertThat(probability(cropped, 0)).isEqualTo(probability(cropped, 1));
    assertThat(probability(squashed, 0)).isNotEqualTo(probability(squashed, 1));
    assertThat(probability(squashed, 1)).isEqualTo(probability(cropped, 1));
  }

  private void makeClip(Map<String, String> provenance) throws IOException {
    VitConfig vit = VitConfig.clipTiny();
    Backbone backbone = Backbone.random(vit, 7);
    backboneFile = folder.resolve("clip.safetensors");
    Backbone.write(backboneFile, vit, backbone.parameters(), Optional.empty());
    adapter = folder.resolve("clip");
    AdapterConfig config =
        new AdapterConfig(
            Method.HYDRA,
            SmallAdapter.HYDRA,
            vit,
            SmallAdapter.CLASSES,
            true,
            Normalization.CLIP,
            backbone.hash(),
            provenance);
    Map<String, HostTensor> trained = SmallAdapter.random(config.shapes());
    float[] variance = trained.get("head/norm/variance").values();
    for (int i = 0; i < variance.length; i++) {
      variance[i] = 0.5f + Math.abs(variance[i]);
    }
    AdapterCheckpoint.save(adapter, config, trained);
  }

  @Test
  void merge_wrongOutputName_isUsage() {
    Launched launched = merge("--output=" + folder.resolve("merged.bin"));
    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).contains("must end with .safetensors");
  }

  @Test
  void merge_ofFullTraining_needsNoBackbone() throws IOException {
    AdapterConfig config =
        new AdapterConfig(
            Method.FULL,
            null,
            VIT,
            SmallAdapter.CLASSES,
            false,
            Normalization.HALF,
            "random:drawn",
            Map.of());
    Map<String, HostTensor> trained = SmallAdapter.random(config.shapes());
    adapter = folder.resolve("full");
    AdapterCheckpoint.save(adapter, config, trained);
    backboneFile = folder.resolve("missing.npz");
    Path merged = folder.resolve("merged.safetensors");
    Launched launched = merge("--output=" + merged);
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    Map<String, HostTensor> tower = new LinkedHashMap<>(trained);
    tower.keySet().retainAll(VitParameters.shapes(VIT).keySet());
    assertThat(Backbone.load(merged).hash()).isEqualTo(Backbone.hashOf(VIT, tower));
  }

  @Test
  void merge_adapterOfAnotherBackbone_fails() throws IOException {
    Backbone other = Backbone.random(VIT, 8);
    Backbone.write(backboneFile, VIT, other.parameters(), Optional.empty());
    Launched launched = merge("--output=" + folder.resolve("merged.safetensors"));
    assertThat(launched.exitCode()).isEqualTo(1);
    assertThat(launched.err()).contains("another backbone");
    assertThat(launched.err().lines().count()).isEqualTo(1);
  }

  @Test
  void predict_printsALineForEachImage() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    SmallAdapter.writeImage(images.resolve("a.png"), 40, 30);
    SmallAdapter.writeImage(images.resolve("b.png"), 32, 32);
    Path names = Files.writeString(folder.resolve("names.txt"), "cat\ndog\nfish\n");
    Launched launched = predict("--classNames=" + names, images.toString());
    assertThat(launched.err()).isEmpty();
    assertThat(launched.exitCode()).isEqualTo(0);
    List<String> lines = launched.out().lines().toList();
    assertThat(lines).hasSize(2);
    for (String text : lines) {
      JsonNode line = new ObjectMapper().readTree(text);
      double sum = 0;
      for (JsonNode p : line.get("probabilities")) {
        sum += p.asDouble();
      }
      assertWithMessage("sum of probabilities").that(sum).isWithin(1e-5).of(1);
      assertThat(line.get("name").asText())
          .isEqualTo(List.of("cat", "dog", "fish").get(line.get("class").asInt()));
    }
    assertThat(lines.get(0)).contains("a.png");
    assertThat(lines.get(0)).isNotEqualTo(lines.get(1));
  }

  @Test
  void predict_batchDoesNotChangeTheNumbers() throws IOException {
    for (String name : List.of("a.png", "b.png", "c.png")) {
      SmallAdapter.writeImage(folder.resolve(name), 33, 35);
    }
    String[] files = {
      folder.resolve("a.png").toString(),
      folder.resolve("b.png").toString(),
      folder.resolve("c.png").toString()
    };
    Launched alone = predict("--batch=1", files[0], files[1], files[2]);
    Launched together = predict("--batch=3", files[0], files[1], files[2]);
    assertThat(alone.out().lines().count()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(probability(together, i)).isWithin(1e-5).of(probability(alone, i));
    }
  }

  @Test
  void predict_brokenImageAmongGoodOnes_isPartial() throws IOException {
    SmallAdapter.writeImage(folder.resolve("a.png"), 32, 32);
    Files.writeString(folder.resolve("b.jpg"), "no image");
    Launched launched =
        predict(folder.resolve("a.png").toString(), folder.resolve("b.jpg").toString());
    assertThat(launched.exitCode()).isEqualTo(3);
    assertThat(launched.out().lines().toList().get(1)).contains("\"error\":");
    assertThat(launched.err()).isEqualTo("hydra: 1 of 2 images cannot be used\n");
  }

  @Test
  void predict_nothingButBrokenImages_fails() throws IOException {
    Files.write(folder.resolve("b.jpg"), new byte[0]);
    assertThat(predict(folder.resolve("b.jpg").toString()).exitCode()).isEqualTo(1);
  }

  @Test
  void predict_missingFile_isUsage() {
    Launched launched = predict("none.png");
    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).isEqualTo("hydra: --images: none.png does not exist\n");
  }

  @Test
  void predict_classNamesOfAnotherNumber_areRefused() throws IOException {
    SmallAdapter.writeImage(folder.resolve("a.png"), 32, 32);
    Path names = Files.writeString(folder.resolve("names.txt"), "cat\ndog\n");
    Launched launched = predict("--classNames=" + names, folder.resolve("a.png").toString());
    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).contains("has 2 lines, the adapter 3 classes");
  }

  @Test
  void predict_folderWithoutAdapter_fails() throws IOException {
    SmallAdapter.writeImage(folder.resolve("a.png"), 32, 32);
    adapter = folder.resolve("nowhere");
    Launched launched = predict(folder.resolve("a.png").toString());
    assertThat(launched.exitCode()).isEqualTo(1);
    assertThat(launched.err()).contains("nowhere");
    assertThat(launched.err().lines().count()).isEqualTo(1);
  }

  private Launched merge(String... words) {
    return launch("merge", words);
  }

  private Launched predict(String... words) {
    return launch("predict", words);
  }

  private Launched launch(String command, String... words) {
    String[] all = new String[words.length + 4];
    all[0] = command;
    all[1] = "--backbone=" + backboneFile;
    all[2] = "--adapter=" + adapter;
    all[3] = "--device=cpu";
    System.arraycopy(words, 0, all, 4, words.length);
    return Launched.run(Hydra.COMMANDS, all);
  }

  private static double probability(Launched launched, int line) throws IOException {
    return new ObjectMapper()
        .readTree(launched.out().lines().toList().get(line))
        .get("probability")
        .asDouble();
  }
}
