package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.report.ScoresCsv;
import io.hydrabeam.pipelines.report.ScoresJson;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerifyCommandTest {

  private static final String ID = "20260531T235959Z-1a2b3c4d";
  private static final String FILE = "predictions/digits/j.jsonl";
  private static final String LINES =
      "{\"key\":\"a\",\"label\":0,\"predicted\":0,\"probabilities\":[0.75,0.25]}\n"
          + "{\"key\":\"b\",\"label\":1,\"predicted\":0,\"probabilities\":[0.75,0.25]}\n";

  @TempDir Path folder;

  @Test
  void inputsGone_areNamedAndExitCodeIs3() throws IOException {
    Path evaluation = evaluation(0.5);

    Launched launched = verify(evaluation.getParent().toString(), "--seed=7");

    assertThat(launched.out())
        .isEqualTo(
            """
            UNCHECKED digits linear seed 0 (j) 50.00: no test data in %1$s/examples; name --examples=FOLDER that holds them; no adapter r/digits/j in %1$s/runs; name --runs=FOLDER that holds it
            0 of 1 scores stand, 1 cannot be checked; 0 images recomputed with --seed=7, %2$s
            """
                .formatted(folder, evaluation));
    assertThat(launched.err()).isEmpty();
    assertThat(launched.exitCode()).isEqualTo(3);
  }

  @Test
  void scoreThatItsPredictionsDoNotGive_exitCodeIs3() throws IOException {
    Launched launched = verify("--scores=" + evaluation(0.75));

    assertThat(launched.out())
        .startsWith(
            "WRONG     digits linear seed 0 (j) 75.00: the score is said to be 0.75, its"
                + " predictions give 0.5; no test data in ");
    assertThat(launched.out()).contains("0 of 1 scores stand, 1 do not; 0 images recomputed");
    assertThat(launched.exitCode()).isEqualTo(3);
  }

  @Test
  void fileChanged_exitCodeIs3() throws IOException {
    Path evaluation = evaluation(0.5);
    Files.writeString(evaluation.resolve("scores.csv"), "none\n");

    Launched launched = verify(evaluation.toString());

    assertThat(launched.out())
        .startsWith("WRONG     scores.csv: has another SHA-256 than the evaluation names\n");
    assertThat(launched.out()).contains(", 1 other files are wrong; ");
    assertThat(launched.exitCode()).isEqualTo(3);
  }

  @Test
  void operandsThatCannotBe_areRefusedInOneLine() throws IOException {
    String evaluation = evaluation(0.5).toString();
    Path half = Files.createDirectories(folder.resolve("half"));
    Files.writeString(half.resolve("scores.json"), "{}");

    assertRefused(verify(folder.resolve("gone").toString()), "gone: no such evaluation");
    assertRefused(verify(half.toString()), "is no finished evaluation");
    assertRefused(verify(evaluation, evaluation), "unexpected word");
    assertRefused(verify(evaluation, "--images=0"), "must be 1 or more");
    assertRefused(verify(evaluation, "--runs"), "--runs has no value");
  }

  @Test
  void gpuThatIsNotThere_isRefusedBeforeTheStart() throws IOException {
    Assumptions.assumeTrue(new TensorFlowRuntime(Device.AUTO, 1).deviceName().equals("cpu"));
    assertRefused(verify(evaluation(0.5).toString(), "--device=gpu"), "TensorFlow sees no GPU");
  }

  private static void assertRefused(Launched launched, String line) {
    assertThat(launched.err()).contains(line);
    assertThat(launched.err().lines().count()).isEqualTo(1);
    assertThat(launched.out()).isEmpty();
    assertThat(launched.exitCode()).isEqualTo(2);
  }

  private static Launched verify(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "verify";
    System.arraycopy(words, 0, all, 1, words.length);
    return Launched.run(List.of(new VerifyCommand()), all);
  }

  private Path evaluation(double score) throws IOException {
    Path path = folder.resolve("scores").resolve(ID);
    EvaluationResult result =
        EvaluationResult.newBuilder()
            .setEvaluationId(ID)
            .setBenchmark("mine")
            .setTasksOfBenchmark(1)
            .addTask(Task.newBuilder().setName("digits").setClasses(2))
            .addScore(
                Score.newBuilder()
                    .setJob(JobKey.newBuilder().setTask("digits").setMethodValue(1))
                    .setJobId("j")
                    .setRun("r")
                    .setAdapterHash("adapter")
                    .setPredictions(FILE)
                    .setPredictionsHash(Hashing.sha256Hex(LINES.getBytes(UTF_8)))
                    .setImages(2)
                    .setScore(score))
            .build();
    try (ArtifactCommit commit = ArtifactFolder.at(path.toString()).begin()) {
      commit.write(FILE, LINES.getBytes(UTF_8));
      commit.write("scores.json", ScoresJson.of(result).getBytes(UTF_8));
      commit.write("scores.csv", ScoresCsv.of(result).getBytes(UTF_8));
      commit.write("provenance.json", "{}".getBytes(UTF_8));
      commit.commit(result);
    }
    return path;
  }
}
