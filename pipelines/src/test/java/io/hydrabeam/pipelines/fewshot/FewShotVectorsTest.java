package io.hydrabeam.pipelines.fewshot;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Samples and splits of the original tools on the same labels, exactly. */
final class FewShotVectorsTest {
  private static JsonNode set() throws IOException {
    return new ObjectMapper().readTree(Vectors.read("fewshot/fewshot.json"));
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static List<int[]> labels(JsonNode set, String kind) {
    List<int[]> labels = new ArrayList<>();
    set.path("label_sets").path(kind).forEach(image -> labels.add(ints(image)));
    return labels;
  }

  @Test
  void cases_ofTheSet_areThere() throws IOException {
    assertThat(set().path("few_shot")).isNotEmpty();
    assertThat(set().path("split_80_20_full")).isNotEmpty();
    assertThat(set().path("python_random")).isNotEmpty();
  }

  @TestFactory
  List<DynamicTest> random_vector_equalsPython() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    set()
        .path("python_random")
        .fields()
        .forEachRemaining(
            each ->
                tests.add(
                    DynamicTest.dynamicTest(
                        "seed " + each.getKey(),
                        () -> checkRandom(Long.parseLong(each.getKey()), each.getValue()))));
    return tests;
  }

  private static void checkRandom(long seed, JsonNode expected) {
    PythonRandom bits = new PythonRandom(seed);
    for (JsonNode output : expected.path("first_six_getrandbits32")) {
      assertThat(Integer.toUnsignedLong(bits.nextBits())).isEqualTo(output.asLong());
    }
    int[] shuffled = ints(expected.path("shuffle_of_range20"));
    int[] values = IntStream.range(0, shuffled.length).toArray();
    new PythonRandom(seed).shuffle(values);
    assertThat(values).isEqualTo(shuffled);
  }

  @TestFactory
  List<DynamicTest> sample_vector_equalsTheOriginal() throws IOException {
    JsonNode set = set();
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode each : set.path("few_shot")) {
      String name =
          "%s, %d shots, seed %d"
              .formatted(
                  each.path("kind").asText(),
                  each.path("n_shot").asInt(),
                  each.path("seed").asLong());
      tests.add(DynamicTest.dynamicTest(name, () -> checkSample(set, each)));
    }
    return tests;
  }

  private static void checkSample(JsonNode set, JsonNode expected) {
    String kind = expected.path("kind").asText();
    List<int[]> labels = labels(set, kind);
    int classes = set.path("n_classes").path(kind).asInt();
    int shots = expected.path("n_shot").asInt();
    long seed = expected.path("seed").asLong();

    int[] chosen = new FewShotSampler(classes, shots).sample(labels, seed);

    assertThat(chosen).isEqualTo(ints(expected.path("chosen_0_2_17")));
    List<int[]> own = Arrays.stream(chosen).mapToObj(labels::get).toList();
    checkSplit(own, classes, kind, expected.path("split_80_20_of_chosen"));
    if (shots > 1) {
      FewShotSample sample =
          FewShotSample.draw(labels, classes, kind.startsWith("multilabel"), shots, seed);
      assertThat(sample.chosen()).isEqualTo(chosen);
      assertThat(positions(sample.validation(), true))
          .isEqualTo(sorted(expected.path("split_80_20_of_chosen").path("val")));
    }
  }

  @TestFactory
  List<DynamicTest> split_fullVector_equalsTheOriginal() throws IOException {
    JsonNode set = set();
    List<DynamicTest> tests = new ArrayList<>();
    set.path("split_80_20_full")
        .fields()
        .forEachRemaining(
            each ->
                tests.add(
                    DynamicTest.dynamicTest(
                        each.getKey(),
                        () ->
                            checkSplit(
                                labels(set, each.getKey()),
                                set.path("n_classes").path(each.getKey()).asInt(),
                                each.getKey(),
                                each.getValue()))));
    return tests;
  }

  private static void checkSplit(List<int[]> labels, int classes, String kind, JsonNode expected) {
    boolean multilabel = kind.startsWith("multilabel");
    int[] held = HoldoutSplit.of(labels, classes, multilabel);
    boolean[] isHeld = new boolean[labels.size()];
    for (int image : held) {
      isHeld[image] = true;
    }
    assertThat(positions(isHeld, false)).isEqualTo(ints(expected.path("train")));
    if (multilabel) { // Otherwise the original forms a set, whose order means nothing.
      assertThat(held).isEqualTo(ints(expected.path("val")));
    } else {
      assertWithMessage("held out")
          .that(positions(isHeld, true))
          .isEqualTo(sorted(expected.path("val")));
    }
  }

  private static int[] positions(boolean[] flags, boolean wanted) {
    return IntStream.range(0, flags.length).filter(i -> flags[i] == wanted).toArray();
  }

  private static int[] sorted(JsonNode array) {
    return Arrays.stream(ints(array)).sorted().toArray();
  }
}
