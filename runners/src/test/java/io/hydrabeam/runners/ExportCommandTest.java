package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.VitConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code export} with a small random model, and the program in the README that uses it. */
final class ExportCommandTest {

  private static final VitConfig VIT = VitConfig.tiny();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private SmallAdapter model;
  private Path output;

  @BeforeEach
  void makeModel() throws IOException {
    model = SmallAdapter.write(folder, VIT);
    output = folder.resolve("served/1");
  }

  @Test
  void export_tellsWhatItComparedAndDescribesTheModel() throws IOException {
    Path names = Files.writeString(folder.resolve("names.txt"), "cat\ndog\nfish\n");
    Launched launched = launch("export", "--output=" + output, "--classNames=" + names);

    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    assertThat(launched.err()).isEmpty();
    JsonNode line = JSON.readTree(launched.out());
    assertThat(line.get("largestProbabilityDifference").asDouble()).isAtMost(1e-6);
    assertThat(line.get("largestFeatureDifference").asDouble()).isAtMost(1e-5);
    assertThat(line.get("largestFeature").asDouble()).isGreaterThan(0.1);
    JsonNode description = JSON.readTree(output.resolve("assets.extra/hydra.json").toFile());
    assertThat(description.get("imageSize").asInt()).isEqualTo(VIT.imageSize());
    assertThat(description.get("resize").asText()).isEqualTo("squash");
    assertThat(description.get("classNames").get(1).asText()).isEqualTo("dog");
    // Nothing is left beside it: a server watches this folder.
    try (Stream<Path> versions = Files.list(folder.resolve("served"))) {
      assertThat(versions.toList()).containsExactly(output);
    }
  }

  @Test
  void export_ofTexts_tellsTokensAndVocabulary() throws IOException {
    model =
        SmallAdapter.writeTexts(
            folder, RobertaConfig.tiny(40), 3, Map.of("maxTokens", "24", "vocabularyHash", "cafe"));
    Launched launched = launch("export", "--output=" + output);

    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    JsonNode line = JSON.readTree(launched.out());
    assertThat(line.get("largestProbabilityDifference").asDouble()).isAtMost(1e-6);
    assertThat(line.get("largestFeature").asDouble()).isGreaterThan(0.1);
    JsonNode description = JSON.readTree(output.resolve("assets.extra/hydra.json").toFile());
    assertThat(description.get("kind").asText()).isEqualTo("classes of texts");
    assertThat(description.get("tokens").asInt()).isEqualTo(24);
    assertThat(description.get("padding").asInt()).isEqualTo(-1);
    assertThat(description.get("vocabularySize").asInt()).isEqualTo(40);
    assertThat(description.get("vocabularyHash").asText()).isEqualTo("cafe");
    assertThat(description.has("imageSize")).isFalse();
    assertThat(description.has("resize")).isFalse();
  }

  @Test
  void export_ofRegression_givesNumbers() throws IOException {
    model = SmallAdapter.writeTexts(folder, RobertaConfig.tiny(40), 1, Map.of());
    Launched launched = launch("export", "--output=" + output);

    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    assertThat(JSON.readTree(launched.out()).get("largestDifference").asDouble()).isAtMost(1e-6);
    assertThat(
            JSON.readTree(output.resolve("assets.extra/hydra.json").toFile()).get("kind").asText())
        .isEqualTo("regression of texts");
  }

  @Test
  void export_whereSomethingIs_overwritesNothing() throws IOException {
    Files.createDirectories(output);
    Path own = Files.writeString(output.resolve("saved_model.pb"), "mine");
    Launched launched = launch("export", "--output=" + output);

    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).contains("is there already");
    assertThat(launched.err().lines().count()).isEqualTo(1);
    assertThat(Files.readString(own)).isEqualTo("mine");
  }

  @Test
  void export_classNamesOfAnotherNumber_isUsageAndWritesNothing() throws IOException {
    Path names = Files.writeString(folder.resolve("names.txt"), "cat\n");
    Launched launched = launch("export", "--output=" + output, "--classNames=" + names);

    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).contains("has 1 lines, the adapter 3 classes");
    assertThat(Files.exists(output)).isFalse();
  }

  @Test
  void readmesProgram_givesWhatPredictGives() throws Exception {
    Path image = folder.resolve("a.png");
    SmallAdapter.writeImage(image, VIT.imageSize(), VIT.imageSize());
    assertThat(launch("export", "--output=" + output).exitCode()).isEqualTo(0);
    JsonNode expected =
        JSON.readTree(launch("predict", image.toString()).out()).get("probabilities");

    List<Double> actual = runReadmesProgram(output, image);

    assertThat(actual).hasSize(SmallAdapter.CLASSES);
    for (int c = 0; c < actual.size(); c++) {
      assertThat(actual.get(c)).isWithin(1e-5).of(expected.get(c).asDouble());
    }
    assertThat(Math.abs(actual.get(0) - actual.get(1))).isGreaterThan(1e-4);
  }

  private List<Double> runReadmesProgram(Path saved, Path image) throws Exception {
    String readme =
        Files.readString(Path.of(System.getProperty("hydra.basedir", ".."), "README.md"));
    int begin = readme.indexOf("```java\n") + "```java\n".length();
    Path source = folder.resolve("Classify.java");
    Files.writeString(source, readme.substring(begin, readme.indexOf("```", begin)));
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                errors,
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertWithMessage(errors.toString(StandardCharsets.UTF_8)).that(compiled).isEqualTo(0);
    // In this process: natives are loaded once, and the system's streams are put back.
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      loader
          .loadClass("Classify")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {saved.toString(), image.toString()});
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8).lines().map(Double::valueOf).toList();
  }

  private Launched launch(String command, String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                command,
                "--backbone=" + model.backbone(),
                "--adapter=" + model.adapter(),
                "--device=cpu"));
    all.addAll(List.of(words));
    return Launched.run(Hydra.COMMANDS, all.toArray(String[]::new));
  }
}
