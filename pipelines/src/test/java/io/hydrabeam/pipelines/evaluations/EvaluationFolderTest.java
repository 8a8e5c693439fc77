package io.hydrabeam.pipelines.evaluations;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationFolderTest {
  private static final String FILE = "predictions/digits/j.jsonl";

  @TempDir Path scores;

  @Test
  void history_halfWrittenForeignAndBroken_oldestFirstWithoutThem() throws IOException {
    commit("b", "sample", "2026-01-02T00:00:00Z", "");
    commit("a", "sample", "2026-01-03T00:00:00Z", "");
    commit("c", "other", "2026-01-01T00:00:00Z", "");
    commit("broken", "sample", "2026-01-01T00:00:00Z", "");
    Files.delete(scores.resolve("broken").resolve(FILE));
    Files.createDirectories(scores.resolve("half"));
    Files.writeString(scores.resolve("half/scores.json"), "{}");

    EvaluationFolder.History history = EvaluationFolder.history(scores.toString(), "sample");

    assertThat(history.finished().stream().map(e -> e.result().getEvaluationId()))
        .containsExactly("b", "a")
        .inOrder();
    assertThat(history.unreadable()).hasSize(1);
    assertThat(history.unreadable().get(0)).contains("broken");
  }

  @Test
  void open_goneOrHalfWritten_oneLineThatSaysWhich() throws IOException {
    Files.createDirectories(scores.resolve("half"));
    Files.writeString(scores.resolve("half/scores.json"), "{}");

    assertThat(assertThrows(HydraException.class, () -> open("gone")))
        .hasMessageThat()
        .contains("no such evaluation");
    assertThat(assertThrows(HydraException.class, () -> open("half")))
        .hasMessageThat()
        .contains("no finished evaluation");
  }

  @Test
  void predictions_ofOneAndSeveralLabels_areReadInOrder() throws IOException {
    commit(
        "a",
        "sample",
        "",
        """
        {"key":"x\\"y","label":1,"predicted":0,"probabilities":[0.75,0.25]}
        {"key":"z","labels":[0,1],"probabilities":[0.5,0.5]}
        """);
    EvaluationFolder folder = open("a");

    try (Predictions predictions = folder.predictions(folder.result().getScore(0))) {
      Prediction one = predictions.next();
      assertThat(one.key()).isEqualTo("x\"y");
      assertThat(one.labels()).asList().containsExactly(1);
      assertThat(one.predicted()).isEqualTo(0);
      assertThat(one.probabilities()).usingExactEquality().containsExactly(0.75f, 0.25f);
      Prediction several = predictions.next();
      assertThat(several.labels()).asList().containsExactly(0, 1);
      assertThat(several.predicted()).isEqualTo(-1);
      assertThat(predictions.next()).isNull();
    }
  }

  @Test
  void predictions_lineThatIsNone_namedWithItsNumber() throws IOException {
    commit("a", "sample", "", "{\"key\":\"x\",\"label\":1}\n");
    EvaluationFolder folder = open("a");

    try (Predictions predictions = folder.predictions(folder.result().getScore(0))) {
      assertThat(assertThrows(IOException.class, predictions::next))
          .hasMessageThat()
          .contains("j.jsonl:1 lacks");
    }
  }

  @Test
  void predictions_nameThatLeavesTheFolder_isRefused() {
    EvaluationFolder folder =
        new EvaluationFolder(scores.toString(), EvaluationResult.getDefaultInstance());

    assertThrows(
        FileNotFoundException.class,
        () -> folder.predictions(Score.newBuilder().setPredictions("../secret").build()));
  }

  private EvaluationFolder open(String name) {
    return EvaluationFolder.open(scores.resolve(name).toString());
  }

  private void commit(String id, String benchmark, String started, String predictions)
      throws IOException {
    try (ArtifactCommit commit = ArtifactFolder.at(scores.resolve(id).toString()).begin()) {
      commit.write(FILE, predictions.getBytes(StandardCharsets.UTF_8));
      commit.commit(
          EvaluationResult.newBuilder()
              .setEvaluationId(id)
              .setBenchmark(benchmark)
              .setStarted(started)
              .addScore(Score.newBuilder().setPredictions(FILE))
              .build());
    }
  }
}
