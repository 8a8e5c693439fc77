package io.hydrabeam.pipelines.compare;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlipCountTest {

  private static final String FILE = "predictions/a/job.jsonl";

  @TempDir Path root;

  @Test
  void of_numbersOfARegression_countsWhatHasMoved() throws IOException {
    EvaluationFolder before = evaluation("before", 3, 2.5, 1, 1, 4, 100);
    EvaluationFolder now = evaluation("now", 3, 2.9, 1, 2, 4, 100.5);
    List<Flip> flips = new ArrayList<>();

    FlipCount count = FlipCount.of(before, now, new SeedPair(score("x"), score("y")), flips::add);

    // The first is nearer now, the second further, the third within rounding.
    assertThat(count).isEqualTo(new FlipCount(3, 2, 1, 1, 1));
    assertThat(flips.get(0).numbers()).isEqualTo(Optional.of(new Flip.Numbers(3, 2.5f, 2.9f)));
    assertThat(flips.get(0).labels()).isEmpty();
  }

  private static Score score(String hash) {
    return Score.newBuilder().setPredictions(FILE).setPredictionsHash(hash).build();
  }

  /** True and predicted numbers in turn. */
  private EvaluationFolder evaluation(String name, double... numbers) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < numbers.length; i += 2) {
      lines.append(
          "{\"key\":\"%d\",\"number\":%s,\"predicted\":%s}\n"
              .formatted(i, numbers[i], numbers[i + 1]));
    }
    Path file = root.resolve(name).resolve(FILE);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, lines);
    return new EvaluationFolder(
        root.resolve(name).toString(), EvaluationResult.getDefaultInstance());
  }
}
