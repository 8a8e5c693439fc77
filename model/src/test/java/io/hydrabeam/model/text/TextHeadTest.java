package io.hydrabeam.model.text;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.ClipVectors;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.VitVectors;
import io.hydrabeam.model.checkpoint.TextTower;
import io.hydrabeam.model.infer.TextEncoder;
import io.hydrabeam.model.params.SplitMix64;
import io.hydrabeam.model.params.TextParameters;
import io.hydrabeam.model.weights.HostTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextHeadTest {

  private static final TaskPrompts PROMPTS =
      new TaskPrompts(List.of("cat", "red dog", "7"), List.of("a photo of a {}.", "{}"));

  @TempDir Path folder;

  private final TextTower tower = randomTower();
  private ClipTokenizer tokenizer;

  @BeforeEach
  void load() throws IOException {
    tokenizer = ClipTokenizer.load(SmallVocabulary.write(folder));
  }

  @Test
  void headOfTheReferencesTokens_equalsTheReference() throws IOException {
    TextTower tower =
        TextTower.load(Vectors.copy(ClipVectors.FOLDER + "openai.safetensors.gz", folder));
    List<int[]> ids = ClipVectors.tokenIds("class_token_ids");
    int templates = ids.size() / ClipVectors.classes();
    HostTensor kernel = HostTensor.zeros(tower.config().embedding(), ClipVectors.classes());
    HeadColumns columns = new HeadColumns(kernel, templates);
    try (TextEncoder encoder =
        TextEncoder.open(tower, tower.config().context(), 4, TensorFlowRuntime.singleThread())) {
      for (int start = 0; start < ids.size(); start += 4) {
        for (float[] feature :
            encoder.features(ids.subList(start, Math.min(ids.size(), start + 4)))) {
          columns.add(feature);
        }
      }
    }

    assertThat(VitVectors.distance(kernel.values(), ClipVectors.head().get("head/kernel").values()))
        .isAtMost(5e-6);
  }

  @Test
  void compute_isTheMeanDirectionOfEachClassesPrompts() {
    Map<String, HostTensor> head = head(PROMPTS).compute(tower, TensorFlowRuntime.singleThread());

    assertThat(head.keySet()).containsExactly("head/kernel", "head/bias").inOrder();
    assertThat(head.get("head/bias").values()).isEqualTo(new float[3]);
    HostTensor kernel = head.get("head/kernel");
    assertThat(kernel.shape()).isEqualTo(new int[] {tower.config().embedding(), 3});
    for (int label = 0; label < 3; label++) {
      // Alone, uncut and in full length.
      double[] expected = direction(PROMPTS, label);
      for (int i = 0; i < expected.length; i++) {
        assertThat(kernel.values()[i * 3 + label]).isWithin(2e-6f).of((float) expected[i]);
      }
    }
  }

  @Test
  void compute_ofMorePromptsThanABatch_isThatOfEachClassAlone() {
    List<String> names = IntStream.range(0, 40).mapToObj(i -> "digit " + i).toList();
    TaskPrompts many = new TaskPrompts(names, List.of("a {}", "the {}.", "{}"));
    HostTensor all = head(many).compute(tower, TensorFlowRuntime.singleThread()).get("head/kernel");
    int last = names.size() - 1;
    HostTensor alone =
        head(new TaskPrompts(List.of(names.get(last)), many.templates()))
            .compute(tower, TensorFlowRuntime.singleThread())
            .get("head/kernel");

    assertThat(head(many).count()).isEqualTo(120);
    for (int i = 0; i < alone.values().length; i++) {
      assertThat(all.values()[i * names.size() + last]).isWithin(2e-6f).of(alone.values()[i]);
    }
  }

  @Test
  void hash_dependsOnTowerAndTokensOnly() {
    String hash = head(PROMPTS).hash();
    TaskPrompts shouted = new TaskPrompts(List.of("CAT", "Red  dog", "7"), PROMPTS.templates());
    TaskPrompts other = new TaskPrompts(List.of("cat", "red dog", "8"), PROMPTS.templates());
    TaskPrompts reordered = new TaskPrompts(PROMPTS.classes(), List.of("{}", "a photo of a {}."));

    assertThat(head(shouted).hash()).isEqualTo(hash);
    assertThat(head(other).hash()).isNotEqualTo(hash);
    assertThat(head(reordered).hash()).isNotEqualTo(hash);
    assertThat(TextHead.of(tower.config(), "ab", tokenizer, PROMPTS, Truncation.KEEP_END).hash())
        .isNotEqualTo(hash);
    assertThat(hash).matches("[0-9a-f]{64}");
  }

  @Test
  void longPrompts_areCountedAndCut() {
    String words = "1 ".repeat(tower.config().context());
    TaskPrompts prompts = new TaskPrompts(List.of("cat", words), List.of("{}"));
    TextHead kept = head(prompts);
    TextHead lost =
        TextHead.of(tower.config(), tower.hash(), tokenizer, prompts, Truncation.LOSE_END);

    assertThat(kept.cut()).isEqualTo(1);
    assertThat(head(PROMPTS).cut()).isEqualTo(0);
    assertThat(lost.hash()).isNotEqualTo(kept.hash());
    float[] keptKernel =
        kept.compute(tower, TensorFlowRuntime.singleThread()).get("head/kernel").values();
    float[] lostKernel =
        lost.compute(tower, TensorFlowRuntime.singleThread()).get("head/kernel").values();
    assertThat(keptKernel[1]).isNotWithin(1e-3f).of(lostKernel[1]);
  }

  @Test
  void anotherVocabularyOrTower_isRefused() {
    TextConfig c = tower.config();
    TextConfig larger =
        new TextConfig(
            601,
            c.context(),
            c.width(),
            c.depth(),
            c.heads(),
            c.mlpWidth(),
            c.epsilon(),
            c.activation(),
            c.embedding());
    assertThat(
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                        TextHead.of(larger, tower.hash(), tokenizer, PROMPTS, Truncation.KEEP_END))
                .getMessage())
        .isEqualTo("the vocabulary has 600 tokens, the backbone's text tower 601");
    TextHead ofAnother = TextHead.of(c, "ab", tokenizer, PROMPTS, Truncation.KEEP_END);
    assertThat(
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ofAnother.compute(tower, TensorFlowRuntime.singleThread()))
                .getMessage())
        .contains("expected ab");
  }

  private TextHead head(TaskPrompts prompts) {
    return TextHead.of(tower.config(), tower.hash(), tokenizer, prompts, Truncation.KEEP_END);
  }

  private double[] direction(TaskPrompts prompts, int label) {
    double[] sum = new double[tower.config().embedding()];
    List<int[]> ids = new ArrayList<>();
    for (int template = 0; template < prompts.templates().size(); template++) {
      ids.add(
          tokenizer
              .sequence(
                  prompts.prompt(label, template), tower.config().context(), Truncation.KEEP_END)
              .ids());
    }
    try (TextEncoder encoder =
        TextEncoder.open(
            tower, tower.config().context(), ids.size(), TensorFlowRuntime.singleThread())) {
      for (float[] feature : encoder.features(ids)) {
        double length = length(feature);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += feature[i] / length;
        }
      }
    }
    double length = 0;
    for (double value : sum) {
      length += value * value;
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= Math.sqrt(length);
    }
    return sum;
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private static TextTower randomTower() {
    TextConfig config = new TextConfig(600, 16, 32, 2, 2, 64, 1e-5f, Activation.QUICK_GELU, 12);
    Map<String, HostTensor> parameters = new LinkedHashMap<>();
    SplitMix64 random = new SplitMix64(3);
    TextParameters.shapes(config)
        .forEach(
            (name, shape) -> {
              HostTensor tensor = HostTensor.zeros(shape);
              for (int i = 0; i < tensor.values().length; i++) {
                tensor.values()[i] = (float) (0.3 * random.nextGaussian());
              }
              parameters.put(name, tensor);
            });
    return new TextTower(config, parameters, 0, "tower");
  }
}
