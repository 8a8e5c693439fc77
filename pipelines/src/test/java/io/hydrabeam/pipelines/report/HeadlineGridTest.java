package io.hydrabeam.pipelines.report;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.protos.EvaluationResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class HeadlineGridTest {
  private static final EvaluationResult EVALUATION =
      Evaluations.threeTasks()
          .addScore(Evaluations.score(Evaluations.hydra("a", 0), 0.6))
          .addScore(Evaluations.score(Evaluations.hydra("b", 0), 0.8))
          .addScore(Evaluations.score(Evaluations.hydra("c", 0), 0.5))
          .build();

  private static final PublishedTable PUBLISHED =
      new PublishedTable(
          "Published",
          List.of(),
          List.of(
              new PublishedTable.Row(
                  "Hydra",
                  0.28,
                  60,
                  OptionalDouble.empty(),
                  Map.of("a", 61.0, "b", 75.0, "c", 52.0))));

  @Test
  void csv_hasOurRowsPublishedOnesAndDifferences() {
    assertThat(HeadlineGrid.csv(ScoreTable.of(EVALUATION), Optional.of(PUBLISHED)))
        .isEqualTo(
            """
            rows,method,params (M),Task-A,b,c,Natural,Structured,Mean
            ours,hydra rank 2,1.00,60.0,80.0,50.0,70.0,50.0,60.0
            published,Hydra,0.28,61.0,75.0,52.0,68.0,52.0,60.0
            ours - published Hydra,hydra rank 2,,-1.0,+5.0,-2.0,+2.0,-2.0,+0.0
            """);
  }

  @Test
  void csv_nothingPublished_hasOurRowsAlone() {
    assertThat(HeadlineGrid.csv(ScoreTable.of(EVALUATION), Optional.empty()).lines().toList())
        .hasSize(2);
  }
}
