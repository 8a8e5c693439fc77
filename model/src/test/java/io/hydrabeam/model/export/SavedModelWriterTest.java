package io.hydrabeam.model.export;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TextSamples;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;

final class SavedModelWriterTest {

  private static final int CLASSES = 5;
  private static final TensorFlowRuntime RUNTIME = TensorFlowRuntime.singleThread();

  @TempDir Path folder;

  @Test
  void load_ofWhatWasWritten_classifiesAsTheClassifier() throws IOException {
    assertSame(VitConfig.tiny(), Normalization.HALF);
  }

  @Test
  void load_ofClip_classifiesAsTheClassifier() throws IOException {
    assertSame(VitConfig.clipTiny(), Normalization.CLIP);
  }

  private void assertSame(VitConfig vit, Normalization normalization) throws IOException {
    Map<String, HostTensor> parameters = parameters(vit);
    int size = vit.imageSize();
    byte[] pixels = new byte[5 * size * size * 3];
    new Random(1).nextBytes(pixels);
    ImageSamples images = new ImageSamples(size, pixels, 5);
    SavedModelWriter.write(folder, Serving.images(vit, normalization), parameters, RUNTIME);
    try (Classifier classifier =
            Classifier.open(vit, parameters, normalization, Precision.FP32, 4, RUNTIME);
        ServedModel served = ServedModel.load(folder, RUNTIME)) {
      float[][] expected = classifier.probabilities(images);
      assertThat(distance(served.answers(images), expected)).isAtMost(1e-6);
      assertThat(distance(served.features(images), classifier.features(images))).isAtMost(1e-5);
      // Another number of images, and other images.
      assertThat(
              distance(
                  served.answers(new ImageSamples(size, pixels, 1)), new float[][] {expected[0]}))
          .isAtMost(1e-6);
      assertThat(distance(new float[][] {expected[0]}, new float[][] {expected[1]}))
          .isGreaterThan(1e-4);
      assertThat(served.features(new ImageSamples(size, pixels, 2))[1])
          .hasLength(vit.featureWidth());
    }
  }

  @Test
  void load_ofTexts_classifiesAsTheClassifierWhateverTheirLength() throws IOException {
    RobertaConfig config = RobertaConfig.tiny(40);
    Map<String, HostTensor> parameters = new HashMap<>(Initializers.backbone(config, 1));
    parameters.putAll(Initializers.head(config, CLASSES, 2));
    TextSamples texts = texts();
    SavedModelWriter.write(
        folder,
        new Serving(config, 30, /* regression= */ false, Normalization.NONE),
        parameters,
        RUNTIME);
    try (Classifier classifier =
            Classifier.open(config, parameters, Normalization.NONE, Precision.FP32, 4, RUNTIME);
        ServedModel served = ServedModel.load(folder, RUNTIME)) {
      float[][] expected = classifier.probabilities(texts);
      assertThat(distance(served.answers(texts), expected)).isAtMost(1e-6);
      assertThat(distance(served.features(texts), classifier.features(texts))).isAtMost(1e-5);
      assertThat(distance(new float[][] {expected[0]}, new float[][] {expected[1]}))
          .isGreaterThan(1e-6);
    }
    SignatureDef classify = read().getMetaGraphs(0).getSignatureDefOrThrow("serving_default");
    assertThat(sizes(classify.getInputsOrThrow("ids"))).isEqualTo(new long[] {-1, 30});
    assertThat(classify.getInputsOrThrow("ids").getDtype().name()).isEqualTo("DT_INT32");
  }

  @Test
  void load_ofRegression_givesNumbers() throws IOException {
    RobertaConfig config = RobertaConfig.tiny(40);
    Map<String, HostTensor> parameters = new HashMap<>(Initializers.backbone(config, 1));
    parameters.putAll(Initializers.head(config, 1, 2));
    SavedModelWriter.write(
        folder,
        new Serving(config, 30, /* regression= */ true, Normalization.NONE),
        parameters,
        RUNTIME);
    try (Classifier classifier =
            Classifier.open(config, parameters, Normalization.NONE, Precision.FP32, 4, RUNTIME);
        ServedModel served = ServedModel.load(folder, RUNTIME)) {
      float[][] expected = classifier.logits(texts());
      assertThat(distance(served.answers(texts()), expected)).isAtMost(1e-6);
      assertThat(expected[0][0]).isNotWithin(1e-6f).of(1);
    }
  }

  private static TextSamples texts() {
    Random random = new Random(5);
    return new TextSamples(
        new int[][] {
          random.ints(30, 0, 40).toArray(),
          random.ints(3, 0, 40).toArray(),
          random.ints(17, 0, 40).toArray()
        });
  }

  @Test
  void write_leavesWeightsOutOfTheGraphAndOnlyWhatIsNeededInIt() throws IOException {
    VitConfig vit = VitConfig.tiny();
    SavedModelWriter.write(
        folder, Serving.images(vit, Normalization.HALF), parameters(vit), RUNTIME);
    MetaGraphDef graph = read().getMetaGraphs(0);

    assertThat(
            graph.getGraphDef().getNodeList().stream()
                .filter(node -> node.getOp().equals("Placeholder"))
                .map(NodeDef::getName))
        .containsExactly(
            operation(graph.getSignatureDefOrThrow("features").getInputsOrThrow("images")),
            graph.getSaverDef().getFilenameTensorName().replace(":0", ""));
    assertThat(
            graph.getGraphDef().getNodeList().stream()
                .filter(node -> node.getOp().equals("Const"))
                .mapToInt(NodeDef::getSerializedSize)
                .max()
                .orElseThrow())
        .isLessThan(2048);
    assertThat(Files.size(folder.resolve("variables/variables.data-00000-of-00001")))
        .isGreaterThan(4L * vit.width() * vit.mlpWidth());
  }

  @Test
  void signatures_tellShapesAndTypes() throws IOException {
    VitConfig vit = VitConfig.tiny();
    SavedModelWriter.write(
        folder, Serving.images(vit, Normalization.HALF), parameters(vit), RUNTIME);
    SignatureDef classify = read().getMetaGraphs(0).getSignatureDefOrThrow("serving_default");

    assertThat(classify.getMethodName()).isEqualTo("tensorflow/serving/predict");
    assertThat(sizes(classify.getInputsOrThrow("images")))
        .isEqualTo(new long[] {-1, vit.imageSize(), vit.imageSize(), 3});
    assertThat(classify.getInputsOrThrow("images").getDtype().name()).isEqualTo("DT_UINT8");
    assertThat(sizes(classify.getOutputsOrThrow("probabilities")))
        .isEqualTo(new long[] {-1, CLASSES});
    assertThat(
            sizes(
                read()
                    .getMetaGraphs(0)
                    .getSignatureDefOrThrow("features")
                    .getOutputsOrThrow("features")))
        .isEqualTo(new long[] {-1, vit.featureWidth()});
  }

  @Test
  void load_withoutItsWeights_saysWhere() throws IOException {
    VitConfig vit = VitConfig.tiny();
    SavedModelWriter.write(
        folder, Serving.images(vit, Normalization.HALF), parameters(vit), RUNTIME);
    Files.delete(folder.resolve("variables/variables.data-00000-of-00001"));
    IOException thrown =
        assertThrows(IOException.class, () -> ServedModel.load(folder, RUNTIME).close());
    assertThat(thrown).hasMessageThat().startsWith(folder + ": TensorFlow cannot load it");
  }

  private SavedModel read() throws IOException {
    try (InputStream in = Files.newInputStream(folder.resolve("saved_model.pb"))) {
      return SavedModel.parseFrom(in);
    }
  }

  private static String operation(org.tensorflow.proto.TensorInfo tensor) {
    return tensor.getName().replace(":0", "");
  }

  private static long[] sizes(org.tensorflow.proto.TensorInfo tensor) {
    return tensor.getTensorShape().getDimList().stream().mapToLong(dim -> dim.getSize()).toArray();
  }

  private static Map<String, HostTensor> parameters(VitConfig vit) {
    Map<String, HostTensor> parameters = new HashMap<>(Initializers.backbone(vit, 1));
    parameters.putAll(Initializers.head(vit, CLASSES, 2));
    return parameters;
  }

  private static double distance(float[][] actual, float[][] expected) {
    assertThat(actual).hasLength(expected.length);
    double distance = 0;
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).hasLength(expected[i].length);
      for (int c = 0; c < actual[i].length; c++) {
        distance = Math.max(distance, Math.abs(actual[i][c] - expected[i][c]));
      }
    }
    return distance;
  }
}
