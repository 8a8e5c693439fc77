package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What Dataflow's Flex Templates are made of fits the code.
 *
 * <p>{@code mvn -pl runners -am test -Dtest=FlexTemplateTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dmetadata=write} writes the metadata anew.
 */
final class FlexTemplateTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Command> STAGES =
      List.of(new PreprocessCommand(), new TrainCommand(), new EvaluateCommand());

  /** Whose defaults are folders of the machine where the program runs. */
  private static final Set<String> FOLDERS = Set.of("examples", "runs", "scores");

  private static final Set<String> FILES =
      Set.of("catalog", "config", "input", "prompts", "registry", "vocabulary");

  /**
   * Options of the runner that a template's user gives as parameters.
   *
   * @param stages that take it
   */
  private record OfRunner(String name, String meaning, String regex, Set<String> stages) {
    boolean isOptional(Command stage) {
      return !(name.equals("numWorkers") && stage.name().equals("train"));
    }
  }

  private static final List<OfRunner> OF_RUNNER =
      List.of(
          new OfRunner(
              "numWorkers",
              "Workers of the job; training has no autoscaling.",
              "[1-9][0-9]*",
              Set.of("preprocess", "train", "evaluate")),
          new OfRunner(
              "workerMachineType",
              "Machine of the workers; default for training and evaluation: n1-highmem-8.",
              "[a-z][a-z0-9-]*",
              Set.of("preprocess", "train", "evaluate")),
          new OfRunner(
              "sdkContainerImage",
              "Image of the workers; with --accelerator one that has CUDA.",
              ".+",
              Set.of("train", "evaluate")));

  private final Path root = Path.of(System.getProperty("hydra.basedir", ".."));
  private final Path folder = root.resolve("runners").resolve("dataflow");

  @Test
  void metadata_isThatOfTheCode() throws IOException {
    for (Command stage : STAGES) {
      Path file = folder.resolve(stage.name() + ".json");
      String expected = metadata(stage);
      if (System.getProperty("metadata", "").equals("write")) {
        Files.writeString(file, expected);
      }
      assertWithMessage("%s", file).that(Files.readString(file)).isEqualTo(expected);
    }
  }

  @Test
  void metadata_regexesTakeWhatTheLauncherTakes() throws IOException {
    JsonNode train = JSON.readTree(metadata(new TrainCommand()));
    assertMatches(train, "rank", "4", "four");
    assertMatches(train, "seeds", "0,1,2", "0,,2");
    assertMatches(train, "method", "linear,hydra", "lora");
    assertMatches(train, "learningRate", "1e-3", "fast");
    assertMatches(train, "runs", "gs://bucket/runs", "/runs");
    assertMatches(train, "backbone", "sample", "/data/ViT-B_16.npz");
    assertMatches(train, "force", "true", "yes");
  }

  @Test
  void dockerfile_copiesWhatTheProjectHas() throws IOException {
    String docker = Files.readString(folder.resolve("Dockerfile"));
    String pom = Files.readString(root.resolve("runners").resolve("pom.xml"));
    Matcher copies = Pattern.compile("(?m)^COPY (?!--from)(\\S+) \\S+$").matcher(docker);
    int found = 0;
    while (copies.find()) {
      String source = copies.group(1);
      if (source.startsWith("runners/target/")) {
        String made = "${project.build.directory}/" + source.substring("runners/target/".length());
        assertThat(pom).contains("<outputFile>" + made + "</outputFile>");
      } else {
        assertWithMessage(source).that(Files.isRegularFile(root.resolve(source))).isTrue();
      }
      found++;
    }
    assertThat(found).isEqualTo(2);
    JsonNode heap = JSON.readTree(Files.readString(folder.resolve("option-heap.json")));
    assertThat(heap.at("/enabled").asBoolean()).isTrue();
  }

  @Test
  void dockerfile_hasTheVersionsAndNamesOfTheProject() throws IOException {
    String docker = Files.readString(folder.resolve("Dockerfile"));
    String pom = Files.readString(root.resolve("pom.xml"));
    Matcher beam = Pattern.compile("<beam.version>(.*)</beam.version>").matcher(pom);
    assertThat(beam.find()).isTrue();
    assertThat(docker).contains("ARG BEAM=" + beam.group(1) + "\n");
    assertThat(docker).contains("FLEX_TEMPLATE_JAVA_MAIN_CLASS=" + Hydra.class.getName() + " ");
    assertThat(docker).contains("HYDRA_TEMPLATE_STAGE=${STAGE}");
  }

  private static void assertMatches(JsonNode metadata, String option, String good, String bad) {
    for (JsonNode parameter : metadata.at("/parameters")) {
      if (parameter.at("/name").asText().equals(option)) {
        Pattern pattern = Pattern.compile(parameter.at("/regexes/0").asText());
        assertWithMessage(option).that(good).matches(pattern);
        assertWithMessage(option).that(bad).doesNotMatch(pattern);
        return;
      }
    }
    throw new AssertionError("no parameter " + option);
  }

  private static String metadata(Command stage) throws IOException {
    ObjectNode metadata = JSON.createObjectNode();
    metadata.put("name", "Hydra Beam: " + stage.name()).put("description", stage.summary());
    ArrayNode parameters = metadata.putArray("parameters");
    for (Option option : OptionSet.of(stage).options()) {
      String value = HelpText.defaultOf(option, stage);
      boolean local = FOLDERS.contains(option.name());
      parameters
          .addObject()
          .put("name", option.name())
          .put("label", "--" + option.name())
          .put(
              "helpText",
              option.description()
                  + (value.isEmpty() || local ? "" : " Default: %s.".formatted(value)))
          .put("isOptional", !option.required() && !local)
          .put("paramType", "TEXT")
          .putArray("regexes")
          .add(regex(option));
    }
    for (OfRunner option : OF_RUNNER) {
      if (option.stages().contains(stage.name())) {
        parameters
            .addObject()
            .put("name", option.name())
            .put("label", "--" + option.name())
            .put("helpText", option.meaning())
            .put("isOptional", option.isOptional(stage))
            .put("paramType", "TEXT")
            .putArray("regexes")
            .add("^" + option.regex() + "$");
      }
    }
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    return JSON.writer(
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter))
            .writeValueAsString(metadata)
        + "\n";
  }

  private static String regex(Option option) {
    String one = one(option);
    return option.list() ? "^%s(,%s)*$".formatted(one, one) : "^%s$".formatted(one);
  }

  private static String one(Option option) {
    if (FOLDERS.contains(option.name()) || FILES.contains(option.name())) {
      return "gs://.+";
    }
    if (option.name().equals("backbone")) {
      return "(sample|gs://.+)";
    }
    if (option.type().isEnum()) {
      return "(" + String.join("|", option.allowed()) + ")";
    }
    if (option.type() == Boolean.class) {
      return "(true|false)";
    }
    if (option.type() == Integer.class || option.type() == Long.class) {
      return "-?[0-9]+";
    }
    if (Number.class.isAssignableFrom(option.type())) {
      return "-?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?";
    }
    return option.list() ? "[^,]+" : ".+";
  }
}
