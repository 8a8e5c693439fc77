package io.hydrabeam.pipelines.verify;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydrabeam.pipelines.report.ScoresCsv;
import io.hydrabeam.pipelines.report.ScoresJson;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TablesTest {
  private static final EvaluationResult EVALUATION =
      EvaluationResult.newBuilder()
          .setBenchmark("mine")
          .setTasksOfBenchmark(1)
          .addTask(Task.newBuilder().setName("digits"))
          .addScore(
              Score.newBuilder()
                  .setJob(JobKey.newBuilder().setTask("digits").setMethodValue(1))
                  .setJobId("j")
                  .setScore(0.625)
                  .setImages(8))
          .build();

  @Test
  void unlike_ownTables_isNothing() throws IOException {
    String json = ScoresJson.of(EVALUATION);
    assertThat(unlike(json)).isEqualTo(Optional.empty());
    // A field that this version does not know, one that another did not.
    assertThat(unlike(json.replace("\"images\"", "\"pictures\""))).isEqualTo(Optional.empty());
    assertThat(Tables.unlikeCsv(EVALUATION, ScoresCsv.of(EVALUATION))).isEqualTo(Optional.empty());
  }

  @Test
  void unlikeJson_scoreOrMeanChanged_isNamed() throws IOException {
    String json = ScoresJson.of(EVALUATION);
    assertThat(unlike(json.replaceFirst("0\\.625", "0.75")))
        .isEqualTo(Optional.of("/scores/0/score is 0.75, the scores give 0.625"));
    int mean = json.lastIndexOf("0.625");
    assertThat(unlike(json.substring(0, mean) + "0.75" + json.substring(mean + 5)))
        .isEqualTo(Optional.of("/rows/0/meanOfGroupMeans/mean is 0.75, the scores give 0.625"));
    assertThat(unlike(json.replaceFirst("(?s)\"scores\" : .*?\\} \\]", "\"scores\" : []")))
        .isEqualTo(Optional.of("/scores does not list what the scores give"));
  }

  @Test
  void unlikeCsv_lineChangedOrMissing_isNumbered() {
    String csv = ScoresCsv.of(EVALUATION);
    assertThat(Tables.unlikeCsv(EVALUATION, csv.replaceFirst("0\\.625", "0.75")))
        .isEqualTo(Optional.of("line 2 is not what the scores give"));
    assertThat(Tables.unlikeCsv(EVALUATION, csv.lines().findFirst().orElseThrow()))
        .isEqualTo(Optional.of("line 2 is not what the scores give"));
  }

  private static Optional<String> unlike(String json) throws IOException {
    return Tables.unlikeJson(EVALUATION, json.getBytes(UTF_8));
  }
}
