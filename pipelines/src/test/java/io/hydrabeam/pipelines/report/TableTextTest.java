package io.hydrabeam.pipelines.report;

import static com.google.common.truth.Truth.assertThat;
import static io.hydrabeam.pipelines.report.Evaluations.failure;
import static io.hydrabeam.pipelines.report.Evaluations.hydra;
import static io.hydrabeam.pipelines.report.Evaluations.linear;
import static io.hydrabeam.pipelines.report.Evaluations.score;
import static io.hydrabeam.pipelines.report.Evaluations.threeTasks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTextTest {
  private static final EvaluationResult TWO_METHODS =
      threeTasks()
          .addScore(score(linear("a", 0), 0.25))
          .addScore(score(linear("b", 0), 0.5))
          .addScore(score(linear("c", 0), 0.75))
          .addScore(score(hydra("a", 0), 0.5))
          .addScore(score(hydra("c", 0), 1))
          .addFailure(failure(hydra("b", 0), "the loss is not a number"))
          .build();

  @Test
  void terminal_wideEnough_isOneTable() {
    List<String> lines = TableText.terminal(ScoreTable.of(TWO_METHODS), 200);
    assertThat(lines)
        .containsAtLeast(
            "method        protocol  tuned on  params (M)  seeds  Task-A       b      c  Natural"
                + "  Structured  Mean",
            "linear         holdout      none        1.00      1    25.0    50.0   75.0     37.5"
                + "        75.0  56.3",
            "hydra rank 2   holdout      none        1.00      1    50.0  failed  100.0        –"
                + "           –     –")
        .inOrder();
    assertThat(lines.get(lines.size() - 1))
        .isEqualTo("hydra rank 2: seed 0 is left out of the means: no score for b");
  }

  @Test
  void terminal_narrow_isABlockForEachGroupThenTheMeans() {
    List<String> lines = TableText.terminal(ScoreTable.of(TWO_METHODS), 80);
    List<String> headers = lines.stream().filter(line -> line.startsWith("method")).toList();
    assertThat(headers).hasSize(3);
    assertThat(headers.get(0)).endsWith("seeds  Task-A       b");
    assertThat(headers.get(1)).endsWith("seeds      c");
    assertThat(headers.get(2)).endsWith("Natural  Structured  Mean");
  }

  @Test
  void markdown_table_hasARuleAndEveryRow() {
    List<String> lines = TableText.markdown(ScoreTable.of(TWO_METHODS));
    assertThat(lines.get(1)).startsWith("| --- | ---: |");
    assertThat(lines.get(2)).startsWith("| linear | holdout | none | 1.00 | 1 | 25.0 | 50.0 |");
  }

  @Test
  void terminal_severalSeeds_showsDeviation() {
    EvaluationResult evaluation =
        threeTasks()
            .addScore(score(linear("a", 0), 0.25))
            .addScore(score(linear("a", 1), 0.35))
            .build();
    assertThat(String.join("\n", TableText.terminal(ScoreTable.of(evaluation), 200)))
        .contains("30.0 ± 7.1");
  }

  @Test
  void terminal_partOfTheBenchmark_saysWhatTheMeansCover() {
    EvaluationResult evaluation = TWO_METHODS.toBuilder().setTasksOfBenchmark(19).build();
    assertThat(TableText.terminal(ScoreTable.of(evaluation), 200))
        .contains("means are over 3 of the benchmark's 19 tasks");
  }

  @Test
  void terminal_paperProtocol_saysThatTestChoseTheEpoch() {
    EvaluationResult evaluation =
        threeTasks()
            .addScore(score(linear("a", 0).toBuilder().setProtocol(Protocol.PAPER).build(), 0.25))
            .build();
    assertThat(TableText.terminal(ScoreTable.of(evaluation), 200))
        .contains("protocol paper: the epoch was chosen by its test score, as the original does");
  }

  @Test
  void csv_evaluation_hasTasksFailuresAndMeans() {
    String csv = ScoresCsv.of(TWO_METHODS);
    assertThat(csv.lines().toList().get(0)).startsWith("kind,run,method,rank,");
    assertThat(csv)
        .contains(
            "task,r1,linear,0,-,-,holdout,none,imagenet,a,,0,0.25,,1,10,0,1000000,id-a0,published\n");
    assertThat(csv)
        .contains("failed,r1,hydra,2,both,attention+mlp,holdout,none,imagenet,b,,0,,,,,,,,");
    assertThat(csv)
        .contains("group_mean,r1,linear,0,-,-,holdout,none,imagenet,,natural,0,0.375,,1,,,,,\n");
    assertThat(csv).contains("mean,r1,linear,0,-,-,holdout,none,imagenet,,,all,0.5625,,1,,,,,\n");
    long columns = csv.lines().map(line -> line.split(",", -1).length).distinct().count();
    assertThat(columns).isEqualTo(1);
  }

  @Test
  void csv_valueWithComma_isQuoted() {
    EvaluationResult evaluation =
        threeTasks().addFailure(failure(hydra("b", 0), "a, \"b\"")).build();
    assertThat(ScoresCsv.of(evaluation)).contains(",\"a, \"\"b\"\"\"\n");
  }

  @Test
  void json_evaluation_holdsScoresRowsAndFailures() throws Exception {
    var root = new ObjectMapper().readTree(ScoresJson.of(TWO_METHODS));
    assertThat(root.at("/scores/0/score").asDouble()).isEqualTo(0.25);
    assertThat(root.at("/scores/0/hyperParameters/learningRate").asDouble()).isEqualTo(1e-3);
    assertThat(root.at("/rows/0/meanOfGroupMeans/mean").asDouble()).isEqualTo(0.5625);
    assertThat(root.at("/rows/1/tasks/1/status").asText()).isEqualTo("failed");
    assertThat(root.at("/failures/0/reason").asText()).isEqualTo("the loss is not a number");
  }

  @Test
  void report_evaluation_hasOriginsAndFailures() {
    String report = MarkdownReport.of(TWO_METHODS);
    assertThat(report).contains("* linear: published");
    assertThat(report).contains("* b seed 0: the loss is not a number");
  }
}
