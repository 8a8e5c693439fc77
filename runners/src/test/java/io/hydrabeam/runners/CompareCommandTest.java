package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompareCommandTest {

  private static final String RIGHT =
      "{\"key\":\"a\",\"label\":0,\"predicted\":0,\"probabilities\":[0.75,0.25]}\n";
  private static final String WRONG =
      "{\"key\":\"a\",\"label\":0,\"predicted\":1,\"probabilities\":[0.25,0.75]}\n";
  private static final String OTHER =
      "{\"key\":\"b\",\"label\":1,\"predicted\":1,\"probabilities\":[0.25,0.75]}\n";

  @TempDir Path folder;

  @Test
  void sameAdapter_withAFlip_isListedAndFails() throws IOException {
    String before = evaluation("before", "adapter", RIGHT + OTHER, 1);
    String after = evaluation("after", "adapter", WRONG + OTHER, 0.5);
    Path flips = folder.resolve("flips.jsonl");

    Launched launched = compare(before, after, "--failOnRegression=0.5", "--flips=" + flips);

    assertThat(launched.out())
        .contains("same adapter, changed: 1 of 2 images flipped (1 were right, 0 are now)");
    assertThat(launched.out()).contains("flipped: digits seed 0, a: class 0 -> 1, right is 0");
    assertThat(launched.err())
        .isEqualTo("regression: digits, linear: -50.00 points with the same adapters (1)\n");
    assertThat(launched.exitCode()).isEqualTo(4);
    assertThat(Files.readString(flips))
        .isEqualTo(
            "{\"task\":\"digits\",\"seed\":0,\"key\":\"a\",\"labels\":[0],\"baseline\":0,"
                + "\"candidate\":1,\"moved\":0.5}\n");
  }

  @Test
  void regression_withoutBeingAskedToFail_isToldOnly() throws IOException {
    String before = evaluation("before", "adapter", RIGHT + OTHER, 1);
    String after = evaluation("after", "adapter", WRONG + OTHER, 0.5);

    Launched launched = compare("--baseline=" + before, "--candidate=" + after);

    assertThat(launched.err()).startsWith("regression: digits");
    assertThat(launched.exitCode()).isEqualTo(0);
  }

  @Test
  void sameAdapter_withTheSamePredictions_unchanged() throws IOException {
    String before = evaluation("before", "adapter", RIGHT + OTHER, 1);
    String after = evaluation("after", "adapter", RIGHT + OTHER, 1);

    Launched launched = compare(before, after, "--failOnRegression=0.5");

    assertThat(launched.out()).contains("same adapter, unchanged: 0 of 2 images flipped");
    assertThat(launched.err()).isEmpty();
    assertThat(launched.exitCode()).isEqualTo(0);
  }

  @Test
  void predictionsOfOtherImages_areAnErrorInOneLine() throws IOException {
    String before = evaluation("before", "adapter", RIGHT + OTHER, 1);
    String after = evaluation("after", "adapter", RIGHT, 1);

    Launched launched = compare(before, after);

    assertThat(launched.exitCode()).isEqualTo(1);
    assertThat(launched.err())
        .endsWith(
            "the predictions of digits seed 0 are about other images: b in the baseline, no more"
                + " in the candidate\n");
  }

  @Test
  void baselineThatIsGoneOrHalfWritten_isRefusedInOneLine() throws IOException {
    String after = evaluation("after", "adapter", RIGHT, 1);
    Files.createDirectories(folder.resolve("half"));
    Files.writeString(folder.resolve("half/scores.json"), "{}");

    assertRefused(compare(folder.resolve("gone").toString(), after), "gone: no such evaluation");
    assertRefused(compare(folder.resolve("half").toString(), after), "is no finished evaluation");
  }

  @Test
  void wordsThatAreMissingOrTwice_areRefused() throws IOException {
    String one = evaluation("one", "adapter", RIGHT, 1);

    assertRefused(compare(one), "two evaluations are wanted");
    assertRefused(compare(), "two evaluations are wanted");
    assertRefused(compare("--failOnRegression=1"), "--failOnRegression needs a --baseline");
    assertRefused(compare(one, one, "--baseline=" + one), "stands for --baseline");
    assertRefused(compare(one, one, one), "unexpected word");
    assertRefused(compare(one, one, "--failOnRegression=0"), "points above 0 are wanted");
  }

  @Test
  void evaluate_withABaselineThatCannotBe_startsNothing() throws IOException {
    String other = evaluation("other", "adapter", RIGHT, 1);

    for (Command command : List.of(new EvaluateCommand(), new RunCommand())) {
      List<Command> commands = List.of(command);
      assertRefused(
          Launched.run(commands, command.name(), "--baseline=" + folder.resolve("gone")),
          "no such evaluation");
      assertRefused(
          Launched.run(commands, command.name(), "--baseline=" + other),
          "is of benchmark mine, the candidate of sample");
    }
  }

  private static void assertRefused(Launched launched, String line) {
    assertThat(launched.err()).contains(line);
    assertThat(launched.err().lines().count()).isEqualTo(1);
    assertThat(launched.out()).isEmpty();
    assertThat(launched.exitCode()).isEqualTo(2);
  }

  private static Launched compare(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "compare";
    System.arraycopy(words, 0, all, 1, words.length);
    return Launched.run(List.of(new CompareCommand()), all);
  }

  private String evaluation(String id, String adapter, String predictions, double score)
      throws IOException {
    String path = folder.resolve(id).toString();
    String file = "predictions/digits/j.jsonl";
    try (ArtifactCommit commit = ArtifactFolder.at(path).begin()) {
      commit.write(file, predictions.getBytes(StandardCharsets.UTF_8));
      commit.commit(
          EvaluationResult.newBuilder()
              .setEvaluationId(id)
              .setBenchmark("mine")
              .addTask(Task.newBuilder().setName("digits"))
              .addScore(
                  Score.newBuilder()
                      .setJob(JobKey.newBuilder().setTask("digits").setMethodValue(1))
                      .setJobId("j")
                      .setAdapterHash(adapter)
                      .setPredictions(file)
                      .setImages(2)
                      .setScore(score))
              .build());
    }
    return path;
  }
}
