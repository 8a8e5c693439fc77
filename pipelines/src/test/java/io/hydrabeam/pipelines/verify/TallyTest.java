package io.hydrabeam.pipelines.verify;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.protos.Measure;
import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.NamedScore;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TallyTest {
  private static final Task TASK = Task.newBuilder().setClasses(2).build();
  private static final String RIGHT = line(0, 0, "0.75,0.25");
  private static final String WRONG = line(0, 1, "0.25,0.75");
  private static final String OTHER = line(1, 1, "0.25,0.75");

  @TempDir Path folder;

  @Test
  void of_accuracy_isThatOfTheLines() throws IOException {
    Tally tally = of(TASK, RIGHT, WRONG, OTHER, OTHER);
    assertThat(tally).isEqualTo(new Tally(4, List.of(2L, 2L), 0.75));
    assertThat(
            tally.unlike(RecordKind.IMAGE, Score.newBuilder().setImages(4).setScore(0.75).build()))
        .isEmpty();
    assertThat(
            tally.unlike(
                RecordKind.IMAGE, Score.newBuilder().setImages(5).setScore(0.7500001).build()))
        .containsExactly(
            "predictions of 4 images are stored, the score is said to be of 5",
            "the score is said to be 0.7500001, its predictions give 0.75");
  }

  @Test
  void of_meanPerClass_takesTheClassesSizesFromTheLines() throws IOException {
    Task task = TASK.toBuilder().setMetric(Metric.MEAN_PER_CLASS).build();
    assertThat(of(task, RIGHT, RIGHT, WRONG, WRONG, OTHER).score()).isEqualTo(0.75);
  }

  @Test
  void of_linesThatCannotBeTheTasks_areErrorsWithTheirNumber() {
    assertRefused("line 2: 3 probabilities for 2 classes", line(0, 0, "0.75,0.25,0"));
    assertRefused("line 2: a label that is no class", line(2, 0, "0.75,0.25"));
    assertRefused("line 2: class 1, but 0 is more probable", line(0, 1, "0.75,0.25"));
    assertRefused(
        "line 2: several labels, not one",
        "{\"key\":\"a\",\"labels\":[0],\"probabilities\":[0.75,0.25]}\n");
    assertRefused("jsonl:2 is not JSON", "{\"key\n");
  }

  @Test
  void furtherScores_areCountedFromTheLines() throws IOException {
    Task task =
        TASK.toBuilder()
            .addAlso(
                Measure.newBuilder().setName("in part").setMetric(Metric.ACCURACY).setPart("p"))
            .build();
    String lines = "{\"key\":\"p/1\"," + RIGHT.substring(RIGHT.indexOf("\"label")) + WRONG;
    Path file = Files.writeString(folder.resolve("q.jsonl"), lines);
    NamedScore.Builder said =
        NamedScore.newBuilder()
            .setName("in part")
            .setMetric(Metric.ACCURACY)
            .setScore(1)
            .setRecords(1);
    assertThat(further(task, file, Score.newBuilder().addAlso(said).build())).isEmpty();
    assertThat(further(task, file, Score.newBuilder().addAlso(said.setScore(0.5)).build()))
        .containsExactly("in part is said to be 0.5 of 1, the predictions give 1.0 of 1");
    assertThat(further(task, file, Score.getDefaultInstance()))
        .containsExactly("the score has 0 further scores, its task 1");
  }

  private static List<String> further(Task task, Path file, Score score) throws IOException {
    return Tally.furtherUnlike(task, () -> Predictions.open(file.toString()), score);
  }

  private void assertRefused(String reason, String line) {
    assertThat(assertThrows(IOException.class, () -> of(TASK, RIGHT, line)))
        .hasMessageThat()
        .contains(reason);
  }

  private Tally of(Task task, String... lines) throws IOException {
    Path file = Files.writeString(folder.resolve("p.jsonl"), String.join("", lines));
    return Tally.of(task, () -> Predictions.open(file.toString()));
  }

  private static String line(int label, int predicted, String probabilities) {
    return "{\"key\":\"a\",\"label\":%d,\"predicted\":%d,\"probabilities\":[%s]}\n"
        .formatted(label, predicted, probabilities);
  }
}
