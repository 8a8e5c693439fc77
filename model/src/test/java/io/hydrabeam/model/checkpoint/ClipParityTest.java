package io.hydrabeam.model.checkpoint;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.ClipVectors;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.VitVectors;
import io.hydrabeam.model.adapters.HydraMerge;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.graph.GraphParameters;
import io.hydrabeam.model.graph.VisionTransformer;
import io.hydrabeam.model.infer.TextEncoder;
import io.hydrabeam.model.layers.EncoderSettings;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Both towers against features of the original Python code, loaded from either naming. */
class ClipParityTest {

  private static final double FEATURES = 5e-5;

  private static final double COSINE = 5e-6;

  private static final double LOGITS = 2e-4;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"openai", "hf"})
  void imageFeatures_equalTheReference(String naming) throws IOException {
    Map<String, HostTensor> plain = Backbone.load(file(naming)).parameters();
    Map<String, HostTensor> adapted = new LinkedHashMap<>(plain);
    adapted.putAll(ClipVectors.adapters());
    Map<String, HostTensor> trained = new LinkedHashMap<>(ClipVectors.adapters());
    trained.putAll(ClipVectors.head());
    Map<String, HostTensor> merged = HydraMerge.merge(plain, trained, ClipVectors.hydra());

    assertThat(distance(imageFeatures(plain), "image_features_without_adapters"))
        .isAtMost(FEATURES);
    assertThat(distance(imageFeatures(adapted), "image_features")).isAtMost(FEATURES);
    assertThat(distance(imageFeatures(merged), "image_features_merged")).isAtMost(FEATURES);
    assertThat(distance(imageFeatures(plain), "image_features")).isGreaterThan(100 * FEATURES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "hf"})
  void textFeatures_equalTheReference(String naming) throws IOException {
    List<int[]> ids = ClipVectors.tokenIds("token_ids");
    float[][] features = textFeatures(TextTower.load(file(naming)), ids);

    assertThat(distance(flat(features), "text_features")).isAtMost(FEATURES);
  }

  @Test
  void cosinesAndLogits_equalTheReference() throws IOException {
    Map<String, HostTensor> adapted =
        new LinkedHashMap<>(Backbone.load(file("openai")).parameters());
    adapted.putAll(ClipVectors.adapters());
    TextTower tower = TextTower.load(folder.resolve("openai.safetensors"));
    float[][] texts = textFeatures(tower, ClipVectors.tokenIds("token_ids"));
    float[][] images = rows(imageFeatures(adapted), texts[0].length);
    float[] cosines = new float[images.length * texts.length];
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = cosine(images[i / texts.length], texts[i % texts.length]);
    }
    float[] logits = new float[cosines.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (Math.exp(tower.logitScale()) * cosines[i]);
    }

    assertThat(distance(cosines, "cosine")).isAtMost(COSINE);
    assertThat(distance(logits, "logits_per_image")).isAtMost(LOGITS);
  }

  @Test
  void bothNamings_giveTheSameTowers() throws IOException {
    Backbone openAi = Backbone.load(file("openai"));
    Backbone huggingFace = Backbone.load(file("hf"));
    TextTower openAiText = TextTower.load(folder.resolve("openai.safetensors"));
    TextTower huggingFaceText = TextTower.load(folder.resolve("hf.safetensors"));

    assertThat(openAi.config()).isEqualTo(ClipVectors.image());
    assertThat(huggingFace.config()).isEqualTo(ClipVectors.image());
    assertThat(openAi.text()).hasValue(ClipVectors.text());
    assertThat(huggingFace.text()).hasValue(ClipVectors.text());
    assertThat(huggingFace.hash()).isEqualTo(openAi.hash());
    assertThat(openAiText.config()).isEqualTo(ClipVectors.text());
    assertThat(huggingFaceText.config()).isEqualTo(ClipVectors.text());
    assertThat(huggingFaceText.hash()).isEqualTo(openAiText.hash());
    assertThat(huggingFaceText.logitScale()).isEqualTo(openAiText.logitScale());
    assertSame(huggingFace.parameters(), openAi.parameters());
    assertSame(huggingFaceText.parameters(), openAiText.parameters());
  }

  private Path file(String naming) throws IOException {
    if (naming.equals("hf")) {
      Files.write(
          folder.resolve("config.json"), Vectors.bytes(ClipVectors.FOLDER + "hf_config.json"));
    }
    return Vectors.copy(ClipVectors.FOLDER + naming + ".safetensors.gz", folder);
  }

  private static float[] imageFeatures(Map<String, HostTensor> weights) {
    HostTensor images = ClipVectors.images();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    weights.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    try (Graph graph = new Graph();
        TFloat32 fed = Tensors.of(images)) {
      Ops tf = Ops.create(graph);
      GraphParameters parameters =
          new GraphParameters(tf, shapes, new FlatLayout(Map.of()), Precision.FP32);
      VisionTransformer model =
          new VisionTransformer(
              ParameterScope.root(parameters),
              ClipVectors.image(),
              new EncoderSettings(ClipVectors.hydra().scale(), 0, 0, 0));
      Operand<TFloat32> features =
          model.features(
              tf, tf.constantOf(fed), images.shape()[0], Mode.evaluation(Precision.FP32, true));
      try (Session session = new Session(graph, TensorFlowRuntime.singleThread().sessionConfig())) {
        try (FrozenTensors frozen = FrozenTensors.of(weights, Precision.FP32)) {
          parameters.initializeFrozen(session, frozen);
        }
        try (var result = session.runner().fetch(features).run()) {
          return Tensors.toArray((TFloat32) result.get(0));
        }
      }
    }
  }

  private static float[][] textFeatures(TextTower tower, List<int[]> ids) {
    try (TextEncoder encoder =
        TextEncoder.open(
            tower, tower.config().context(), ids.size(), TensorFlowRuntime.singleThread())) {
      return encoder.features(ids);
    }
  }

  private static float cosine(float[] a, float[] b) {
    double product = 0;
    double lengthA = 0;
    double lengthB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      lengthA += (double) a[i] * a[i];
      lengthB += (double) b[i] * b[i];
    }
    return (float) (product / Math.sqrt(lengthA * lengthB));
  }

  private static double distance(float[] actual, String expected) {
    return VitVectors.distance(actual, ClipVectors.expected().get(expected).values());
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  private static float[][] rows(float[] flat, int width) {
    float[][] rows = new float[flat.length / width][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  private static void assertSame(Map<String, HostTensor> actual, Map<String, HostTensor> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertWithMessage(name).that(actual.get(name).bitEquals(tensor)).isTrue());
  }
}
