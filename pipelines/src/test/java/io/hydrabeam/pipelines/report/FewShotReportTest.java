package io.hydrabeam.pipelines.report;

import static com.google.common.truth.Truth.assertThat;
import static io.hydrabeam.pipelines.report.Evaluations.failure;
import static io.hydrabeam.pipelines.report.Evaluations.hydra;
import static io.hydrabeam.pipelines.report.Evaluations.linear;
import static io.hydrabeam.pipelines.report.Evaluations.score;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.model.metrics.PerformanceEfficiency;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.Optimizer;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Quirk;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Site;
import io.hydrabeam.protos.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Benchmarks without groups, with metrics of their own, few-shot. */
class FewShotReportTest {
  private static final int TASKS = 20;

  /** Two methods, two seeds; the third row is the original's procedure. */
  private static final EvaluationResult TWENTY = twenty();

  @Test
  void terminal_twentyTasks_fitsInto120Columns() {
    List<String> lines = TableText.terminal(ScoreTable.of(TWENTY), 160);
    List<String> grids = lines.subList(0, 4 + 1 + 1 + TASKS);
    grids.forEach(line -> assertThat(line.length()).isAtMost(120));
    assertThat(grids.get(0))
        .isEqualTo(
            "row        method  protocol  quirks  shots  tuned on  params (M)  seeds        Mean"
                + "     PE");
    assertThat(grids.get(3))
        .isEqualTo(
            "(3)  hydra rank 2     paper    seed      5     sweep        1.50      1        80.0"
                + "  0.795");
    assertThat(grids.get(4)).isEmpty();
    assertThat(grids.get(5)).isEqualTo("task            metric         (1)            (2)   (3)");
    assertThat(grids.get(6)).isEqualTo("Task-0  top-1 accuracy  50.0 ± 1.4  60.0 (1 of 2)  80.0");
    assertThat(grids.get(7)).isEqualTo("t1      mean per class  50.0 ± 1.4     60.0 ± 1.4  80.0");
  }

  @Test
  void terminal_manyRows_areBrokenIntoParts() {
    EvaluationResult.Builder many = EvaluationResult.newBuilder().setTasksOfBenchmark(TASKS);
    for (int i = 0; i < TASKS; i++) {
      many.addTask(task(i));
      for (int shots = 1; shots <= 20; shots++) {
        many.addScore(score(fewShot(linear("t" + i, 0)).setShots(shots).build(), 0.5));
      }
    }
    List<String> lines = TableText.terminal(ScoreTable.of(many.build()), 160);
    lines.stream()
        .filter(line -> line.startsWith("task") || line.startsWith("t1 "))
        .forEach(line -> assertThat(line.length()).isAtMost(120));
    assertThat(lines.stream().filter(line -> line.startsWith("task "))).hasSize(2);
    assertThat(lines.stream().filter(line -> line.contains("(20)"))).hasSize(2);
  }

  @Test
  void footnotes_mixedMetrics_sayMetricsSoftmaxEfficiencyAndQuirks() {
    List<String> lines = TableText.terminal(ScoreTable.of(TWENTY), 160);
    assertThat(lines)
        .containsAtLeast(
            "each task's metric on the test split, per cent; mean ± standard deviation (n − 1) over"
                + " seeds; Mean is the plain mean of the tasks",
            "multilabel scores are softmax over the classes, as the original's: t2",
            "PE is Mean · exp(−log10(params / 10⁸ + 1)), with Mean in [0, 1]",
            "quirks are mistakes of the original that were switched on, seed all of them; only"
                + " protocol paper with quirks seed is the procedure of published rows")
        .inOrder();
  }

  @Test
  void footnotes_tableWithTasksAsColumns_listTheMetrics() {
    EvaluationResult evaluation =
        EvaluationResult.newBuilder()
            .addTask(task(0))
            .addTask(task(2))
            .addTask(task(4))
            .addScore(score(fewShot(linear("t0", 0)).build(), 0.1))
            .build();
    assertThat(TableText.terminal(ScoreTable.of(evaluation), 160))
        .containsAtLeast("top-1 accuracy: Task-0, t4", "11-point mAP: t2");
  }

  @Test
  void markdown_twentyTasks_hasTasksAsRows() {
    List<String> lines = TableText.markdown(ScoreTable.of(TWENTY));
    assertThat(lines).contains("| task | metric | (1) | (2) | (3) |");
    assertThat(lines).contains("| t3 | ROC AUC | 50.0 ± 1.4 | 60.0 ± 1.4 | 80.0 |");
  }

  @Test
  void rows_differByShotsQuirksTuneProtocol_areApart() {
    JobKey plain = fewShot(linear("t0", 0)).build();
    EvaluationResult evaluation =
        EvaluationResult.newBuilder()
            .addTask(task(0))
            .addScore(score(plain, 0.1))
            .addScore(score(plain.toBuilder().setShots(-1).build(), 0.2))
            .addScore(score(plain.toBuilder().setTune("none").build(), 0.3))
            .addScore(score(plain.toBuilder().setProtocol(Protocol.PAPER).build(), 0.4))
            .addScore(score(plain.toBuilder().addQuirk(Quirk.LOST_END_TOKEN).build(), 0.5))
            .build();
    List<Row> rows = ScoreTable.of(evaluation).rows();
    assertThat(rows.stream().map(Row::label).distinct()).containsExactly("linear");
    assertThat(rows.stream().map(row -> row.setting().shots()))
        .containsExactly("5", "full", "5", "5", "5")
        .inOrder();
    assertThat(rows.get(4).setting().quirks()).isEqualTo("lost_end_token");
  }

  @Test
  void rows_differByTasksHeadAndMetric_areOne() {
    EvaluationResult evaluation =
        EvaluationResult.newBuilder()
            .addTask(task(0))
            .addTask(task(2))
            .addScore(score(fewShot(linear("t0", 0)).setHeadHash("text:1").build(), 0.1))
            .addScore(
                score(
                    fewShot(linear("t2", 0))
                        .setHeadHash("text:2")
                        .setMultilabel(true)
                        .setMetric(Metric.MEAN_AVERAGE_PRECISION_11_POINT)
                        .setOrderOffset(7)
                        .build(),
                    0.3))
            .build();
    assertThat(ScoreTable.of(evaluation).rows()).hasSize(1);
  }

  @Test
  void row_parametersAndEfficiency_areMeansOverTasks() {
    // Task t0 has two seeds, t1 one: each counts once.
    EvaluationResult evaluation =
        EvaluationResult.newBuilder()
            .addTask(task(0))
            .addTask(task(1))
            .addScore(withParameters(score(fewShot(linear("t0", 0)).build(), 0.5), 10_000_000))
            .addScore(withParameters(score(fewShot(linear("t0", 1)).build(), 0.7), 10_000_000))
            .addScore(withParameters(score(fewShot(linear("t1", 0)).build(), 0.3), 40_000_000))
            .build();
    Row row = ScoreTable.of(evaluation).rows().get(0);
    assertThat(row.trainableParameters()).isEqualTo(25_000_000);
    assertThat(row.efficiency().orElseThrow())
        .isWithin(1e-12)
        .of(PerformanceEfficiency.of(0.4, 25_000_000));
  }

  @Test
  void csv_fewShot_hasFourColumnsMore() {
    List<String> lines = ScoresCsv.of(TWENTY).lines().toList();
    assertThat(lines.get(0)).endsWith(",hyper_parameters,metric,quirks,shots,pe_score");
    assertThat(lines.get(1)).endsWith(",published,accuracy,none,5,");
    assertThat(lines.get(3)).endsWith(",published,mean_per_class,none,5,");
    assertThat(lines.stream().filter(line -> line.startsWith("mean,")).toList().get(1))
        .endsWith(",none,5,");
    String failed = lines.stream().filter(line -> line.startsWith("failed,")).findFirst().get();
    assertThat(failed).endsWith(",x,accuracy,none,5,");
    assertThat(lines.get(lines.size() - 1)).contains(",seed,5,0.79");
    assertThat(lines.stream().map(line -> line.split(",", -1).length).distinct()).hasSize(1);
  }

  @Test
  void json_fewShot_tellsMetricQuirksShotsAndEfficiency() throws Exception {
    JsonNode root = new ObjectMapper().readTree(ScoresJson.of(TWENTY));
    assertThat(root.at("/metric").asText()).isEqualTo("each task's metric");
    assertThat(root.at("/scores/0/metric").asText()).isEqualTo("accuracy");
    assertThat(root.at("/scores/0/quirks").size()).isEqualTo(0);
    assertThat(root.at("/scores/0/shots").asInt()).isEqualTo(5);
    assertThat(root.at("/rows/2/quirks/0").asText()).isEqualTo("batch_norm_frozen");
    assertThat(root.at("/rows/2/peScore").asDouble()).isWithin(1e-3).of(0.795);
    assertThat(root.at("/rows/2/trainableParameters").asDouble()).isEqualTo(1_500_000);
  }

  @Test
  void json_constantsOfTheRecipe_areWrittenByName() throws Exception {
    JobKey.Builder key = linear("a", 0).toBuilder();
    key.getRecipeBuilder().setOptimizer(Optimizer.SGD).addSite(Site.MLP);
    EvaluationResult one = Evaluations.threeTasks().addScore(score(key.build(), 0.25)).build();
    JsonNode recipe =
        new ObjectMapper().readTree(ScoresJson.of(one)).at("/scores/0/hyperParameters");
    assertThat(recipe.get("optimizer").asText()).isEqualTo("sgd");
    assertThat(recipe.at("/site/0").asText()).isEqualTo("mlp");
    assertThat(recipe.get("learningRate").asDouble()).isEqualTo(1e-3);
  }

  @Test
  void files_accuracyOnFixedSplits_haveNoFewShotFields() throws Exception {
    EvaluationResult plain = Evaluations.threeTasks().addScore(score(linear("a", 0), 0.25)).build();
    assertThat(ScoresCsv.of(plain)).doesNotContain("pe_score");
    JsonNode root = new ObjectMapper().readTree(ScoresJson.of(plain));
    assertThat(root.at("/metric").asText()).isEqualTo("top-1 accuracy");
    assertThat(root.at("/scores/0/shots").isMissingNode()).isTrue();
    assertThat(String.join("\n", TableText.terminal(ScoreTable.of(plain), 200)))
        .doesNotContain("PE");
  }

  @Test
  void report_notes_areListed() {
    assertThat(MarkdownReport.of(TWENTY.toBuilder().addNote("no submission: x").build()))
        .contains("* no submission: x");
  }

  private static EvaluationResult twenty() {
    EvaluationResult.Builder twenty = EvaluationResult.newBuilder().setTasksOfBenchmark(TASKS);
    EvaluationResult.Builder hydra = EvaluationResult.newBuilder();
    EvaluationResult.Builder paper = EvaluationResult.newBuilder();
    for (int i = 0; i < TASKS; i++) {
      twenty.addTask(task(i));
      for (int seed = 0; seed < 2; seed++) {
        twenty.addScore(score(fewShot(linear("t" + i, seed)).build(), 0.49 + 0.02 * seed));
        if (i > 0 || seed > 0) {
          double value = i == 0 ? 0.6 : 0.59 + 0.02 * seed;
          hydra.addScore(score(fewShot(hydra("t" + i, seed)).build(), value));
        }
      }
      JobKey seedKey =
          fewShot(hydra("t" + i, 0))
              .setProtocol(Protocol.PAPER)
              .addAllQuirk(
                  List.of(
                      Quirk.BATCH_NORM_FROZEN,
                      Quirk.SWEEP_LEFT_NEIGHBOUR,
                      Quirk.LOST_END_TOKEN,
                      Quirk.SHARED_GENERATOR))
              .build();
      paper.addScore(withParameters(score(seedKey, 0.8), 1_000_000 + 1_000_000 * (i % 2)));
    }
    return twenty
        .addAllScore(hydra.getScoreList())
        .addAllScore(paper.getScoreList())
        .addFailure(failure(fewShot(hydra("t0", 0)).build(), "x"))
        .build();
  }

  private static Score withParameters(Score score, long parameters) {
    return score.toBuilder().setTrainableParameters(parameters).build();
  }

  private static JobKey.Builder fewShot(JobKey key) {
    return key.toBuilder().setShots(5).setTune("sweep");
  }

  private static Task task(int i) {
    return Task.newBuilder()
        .setName("t" + i)
        .setDisplayName(i == 0 ? "Task-0" : "")
        .setMetric(Metric.forNumber(i % 4))
        .setMultilabel(i == 2)
        .build();
  }
}
