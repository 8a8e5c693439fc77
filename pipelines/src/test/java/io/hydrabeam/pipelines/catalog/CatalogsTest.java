package io.hydrabeam.pipelines.catalog;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Resize;
import io.hydrabeam.protos.Site;
import io.hydrabeam.protos.Task;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogsTest {

  private static final String TASK = "benchmark: \"mine\"\ntask { name: \"a\" classes: 3 %s }\n";

  @Test
  void load_builtIn_allParseAndNameThemselves() {
    for (String benchmark : Catalogs.builtIn()) {
      assertThat(Catalogs.load(benchmark).getBenchmark()).isEqualTo(benchmark);
    }
  }

  @Test
  void load_vtab1k_sumsAreThePapers() {
    Catalog vtab = Catalogs.load(Catalogs.VTAB1K);

    assertThat(vtab.getTaskCount()).isEqualTo(19);
    assertThat(vtab.getTaskList().stream().mapToInt(Task::getClasses).sum()).isEqualTo(940);
    assertThat(groupSizes(vtab))
        .containsExactly("natural", 7L, "specialized", 4L, "structured", 8L);
    assertThat(Catalogs.groups(vtab))
        .containsExactly("natural", "specialized", "structured")
        .inOrder();
    assertThat(vtab.getTaskList().stream().mapToInt(t -> t.getSplitSizeOrThrow("test")).sum())
        .isEqualTo(387_904);
    for (Task task : vtab.getTaskList()) {
      assertThat(task.getSplitSizeMap())
          .containsAtLeast("train800", 800, "val200", 200, "train800val200", 1000);
      assertThat(task.getRecipe().getEpochs()).isEqualTo(100);
      assertThat(task.getRecipe().getDropPath()).isEqualTo(0.1);
      assertThat(task.getRecipe().getOrigin()).contains("how they were chosen is unknown");
    }
  }

  @Test
  void load_elevater_sumsAreTheBenchmarks() {
    Catalog elevater = Catalogs.load(Catalogs.ELEVATER);

    assertThat(elevater.getTaskCount()).isEqualTo(20);
    assertThat(elevater.getTaskList().stream().mapToInt(Task::getClasses).sum()).isEqualTo(1151);
    assertThat(
            elevater.getTaskList().stream()
                .mapToInt(task -> task.getPublishedSizeOrThrow("test"))
                .sum())
        .isEqualTo(192_677);
    assertThat(elevater.getSeedList()).containsExactly(0L, 1L, 2L).inOrder();
    assertThat(elevater.getTaskList().stream().filter(Task::getMultilabel).map(Task::getName))
        .containsExactly("voc-2007-classification");
    assertThat(
            elevater.getTaskList().stream()
                .filter(task -> task.getResize() == Resize.SQUASH)
                .map(Task::getName))
        .containsExactly("kitti-distance");
    assertThat(
            elevater.getTaskList().stream()
                .collect(Collectors.groupingBy(Task::getMetric, Collectors.counting())))
        .containsExactly(
            Metric.ACCURACY, 14L,
            Metric.MEAN_PER_CLASS, 4L,
            Metric.ROC_AUC, 1L,
            Metric.MEAN_AVERAGE_PRECISION_11_POINT, 1L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tune: "best"                   | f:2:1: tune 'best' must be one of none, val200, sweep
          recipe { sweep_epochs: 0 }     | f:2:10: benchmark mine: sweep_epochs (0) must be positive
          """)
  void load_wrongDefaults_tellTheirPlace(String line, String message) {
    String catalog = "benchmark: \"mine\"\n" + line + "\ntask { name: \"a\" classes: 3 }\n";

    assertThat(error(catalog)).isEqualTo(message);
  }

  @Test
  void load_sample_twoTasksPerGroup() {
    assertThat(groupSizes(Catalogs.load(Catalogs.SAMPLE)))
        .containsExactly("natural", 2L, "specialized", 2L, "structured", 2L);
  }

  @Test
  void load_unknownBenchmark_namesTheNearest() {
    HydraException e = assertThrows(HydraException.class, () -> Catalogs.load("vtab-1k"));
    assertThat(e.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(e).hasMessageThat().contains("did you mean vtab1k?");
  }

  @Test
  void load_usersFile_isRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("mine.textproto");
    Files.writeString(file, "\uFEFF" + TASK.formatted(""));
    assertThat(Catalogs.loadFile(file.toString()).getTask(0).getName()).isEqualTo("a");
  }

  @Test
  void load_missingFile_isAUsageError(@TempDir Path folder) {
    Path file = folder.resolve("none.textproto");
    HydraException e = assertThrows(HydraException.class, () -> Catalogs.loadFile(file.toString()));
    assertThat(e.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(e)
        .hasMessageThat()
        .isEqualTo("cannot read catalog " + file + ": no such file or folder");
  }

  @Test
  void load_notUtf8_isOneLine() {
    HydraException e =
        assertThrows(
            HydraException.class,
            () -> Catalogs.load(new ByteArrayInputStream(new byte[] {(byte) 0xff}), "f"));
    assertThat(e).hasMessageThat().isEqualTo("f:1:1: is not UTF-8 text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          clases: 4                                  | f:2:29: Task has no field 'clases'; did you mean classes?
          name: "b"                                  | f:2:
          classes: 4                                 | f:2:
          split_size { key: "train" value: 1 }       | f:2:29: task a: unknown split 'train' (known:
          split_size { key: "tset" value: 1 }        | did you mean test?
          split_size { key: "test" value: 0 }        | f:2:29: task a: size (0) of split test
          group: "Natural"                           | f:2:29: group 'Natural' must be lower case
          version: -1                                | f:2:29: task a: version (-1)
          recipe { learning_rate: 0 }                | f:2:38: task a: learning_rate (0.0) must be
          recipe { learning_rate: nan }              | learning_rate (NaN) must be positive
          recipe { weight_decay: -1 }                | weight_decay (-1.0) must be at least 0
          recipe { scale: inf }                      | scale (Infinity) must be finite
          recipe { dropout: 1 }                      | dropout (1.0) must be in [0, 1)
          recipe { drop_path: -0.1 }                 | drop_path (-0.1) must be in [0, 1)
          recipe { batch: 0 }                        | batch (0) must be positive
          recipe { epochs: 0 }                       | epochs (0) must be positive
          recipe { warmup_epochs: -1 }               | warmup_epochs (-1) must be at least 0
          recipe { cosine_epochs: 0 }                | cosine_epochs (0) must be positive
          method_recipe { key: "linaer" }            | f:2:29: task a: unknown method 'linaer'; did
          method_recipe { key: "full" value { batch: 0 } } | f:2:29: task a: batch (0) must be
          """)
  void load_badTaskField_saysWhere(String field, String expected) {
    assertThat(error(TASK.formatted(field))).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "benchmark: \"\"|f:1:1: benchmark is missing",
        "benchmark: \"a/b\"|f:1:1: benchmark 'a/b' must be",
        "benchmark: \"a\"|f:1:1: no task",
        "benchmark: \"a\" task { classes: 2 }|f:1:16: task name is missing",
        "benchmark: \"a\"\ntask { name: \"..\" classes: 2 }|f:2:8: task name '..' must be",
        "benchmark: \"a\"\ntask { name: \"x\" }|f:2:1: task x: classes (0) must be at least 2",
        "benchmark: \"a\"\ntask { name: \"x\" classes: 2 }\ntask { name: \"x\" classes: 2 }"
            + "|f:3:8: task name 'x' is already used in line 2",
        "benchmark: {|f:1:",
      })
  void load_badCatalog_saysWhere(String textAndExpected) {
    int bar = textAndExpected.lastIndexOf('|');
    assertThat(error(textAndExpected.substring(0, bar)))
        .contains(textAndExpected.substring(bar + 1));
  }

  @Test
  void recipe_ofAMethod_winsOverTheTasks() {
    Task task =
        Task.newBuilder()
            .setRecipe(Recipe.newBuilder().setLearningRate(1).setBatch(8))
            .putMethodRecipe("linear", Recipe.newBuilder().setLearningRate(2).build())
            .build();
    assertThat(Catalogs.recipe(Catalog.getDefaultInstance(), task, Method.LINEAR))
        .isEqualTo(Recipe.newBuilder().setLearningRate(2).setBatch(8).build());
    assertThat(Catalogs.recipe(Catalog.getDefaultInstance(), task, Method.HYDRA))
        .isEqualTo(task.getRecipe());
  }

  @Test
  void select_all_keepsTheCatalogsOrder() {
    Catalog sample = Catalogs.load(Catalogs.SAMPLE);
    assertThat(Catalogs.select(sample, "all")).isEqualTo(sample.getTaskList());
    assertThat(names(Catalogs.select(sample, "counting, digits,counting")))
        .containsExactly("digits", "counting")
        .inOrder();
  }

  @Test
  void select_unknownTask_namesTheNearest() {
    Catalog vtab = Catalogs.load(Catalogs.VTAB1K);
    HydraException e =
        assertThrows(HydraException.class, () -> Catalogs.select(vtab, "cifar,clevr-cout"));
    assertThat(e.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(e)
        .hasMessageThat()
        .isEqualTo("unknown task 'clevr-cout' in vtab1k; did you mean clevr_count?");
  }

  @Test
  void select_nothingNear_listsTheTasks() {
    Catalog sample = Catalogs.load(Catalogs.SAMPLE);
    HydraException e = assertThrows(HydraException.class, () -> Catalogs.select(sample, "xyzzyq"));
    assertThat(e).hasMessageThat().contains("(known: textures, ");
    assertThat(
            assertThrows(HydraException.class, () -> Catalogs.select(sample, "digits,"))
                .getMessage())
        .startsWith("--tasks has an empty name");
  }

  private static String error(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    HydraException e =
        assertThrows(
            HydraException.class, () -> Catalogs.load(new ByteArrayInputStream(bytes), "f"));
    assertThat(e.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(e.getMessage()).doesNotContain("\n");
    return e.getMessage();
  }

  private static List<String> names(List<Task> tasks) {
    return tasks.stream().map(Task::getName).toList();
  }

  private static Map<String, Long> groupSizes(Catalog catalog) {
    return catalog.getTaskList().stream()
        .collect(Collectors.groupingBy(Task::getGroup, Collectors.counting()));
  }

  @Test
  void recipe_ofBenchmarkTaskAndMethod_theNarrowerOneWins() {
    Catalog catalog =
        Catalog.newBuilder()
            .setRecipe(Recipe.newBuilder().setBatch(64).setEpochs(50).addSite(Site.MLP))
            .build();
    Task task =
        Task.newBuilder()
            .setRecipe(Recipe.newBuilder().setEpochs(7).addSite(Site.ATTENTION))
            .putMethodRecipe("linear", Recipe.newBuilder().setBatch(8).build())
            .build();

    assertThat(Catalogs.recipe(catalog, task, Method.LINEAR))
        .isEqualTo(Recipe.newBuilder().setBatch(8).setEpochs(7).addSite(Site.ATTENTION).build());
    assertThat(Catalogs.recipe(catalog, Task.getDefaultInstance(), Method.HYDRA))
        .isEqualTo(catalog.getRecipe());
  }
}
