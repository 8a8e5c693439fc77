package io.hydrabeam.pipelines.compare;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Quirk;
import io.hydrabeam.protos.Score;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final int TASKS = 19;

  @Test
  void thousandReports_whereOnlySeedsDiffer_atMostFivePercentCallAnythingWorse() {
    Random random = new Random(20230913);
    int worse = 0;
    for (int i = 0; i < 1000; i++) {
      // Half of them with the same seeds, half with others.
      EvaluationResult.Builder baseline = Reports.trained(random, "a", TASKS, 0, 5);
      EvaluationResult.Builder candidate = Reports.trained(random, "b", TASKS, i % 2 * 5, 5);
      Comparison comparison = compare(baseline, candidate);
      worse +=
          comparison.tasks().stream().anyMatch(task -> task.verdict() == Verdict.WORSE) ? 1 : 0;
    }

    assertThat(worse).isAtMost(50);
    assertThat(worse).isAtLeast(1); // else the test could not fail
  }

  @Test
  void hundredReports_withATaskThatLosesTwentyPoints_nearlyAllNameItAndNoOther() {
    Random random = new Random(7);
    int others = 0;
    for (int i = 0; i < 100; i++) {
      EvaluationResult.Builder baseline = Reports.trained(random, "a", TASKS, 0, 5);
      EvaluationResult.Builder candidate = Reports.trained(random, "b", TASKS, 0, 5);
      damage(candidate, "task9", seed -> true);
      List<String> regressions = compare(baseline, candidate).regressions();

      assertThat(regressions.toString()).contains("task9, hydra rank 2: ");
      others += regressions.size() > 1 ? 1 : 0;
    }

    assertThat(others).isAtMost(5);
  }

  @Test
  void oneSpoiledAdapterOfFive_othersUntouched_isNamed() {
    Random random = new Random(8);
    EvaluationResult.Builder baseline = Reports.trained(random, "a", TASKS, 0, 5);
    EvaluationResult.Builder candidate = baseline.clone();
    candidate
        .getScoreBuilderList()
        .forEach(score -> score.setPredictionsHash("p" + score.getAdapterHash()));
    EvaluationResult.Builder before = candidate.clone();
    damage(candidate, "task9", seed -> seed == 3);

    Comparison comparison = compare(before, candidate);

    assertThat(comparison.regressions()).hasSize(1);
    assertThat(comparison.regressions().get(0)).contains("task9, hydra rank 2: seed 3 lies");
    assertThat(comparison.tasks().get(8).verdict()).isEqualTo(Verdict.UNCHANGED);
  }

  @Test
  void oneSeedOrFour_retrained_neverARegression() {
    for (int seeds : List.of(1, 2, 4)) {
      EvaluationResult.Builder baseline = scores(seeds, "a", 0.9);
      EvaluationResult.Builder candidate = scores(seeds, "b", 0.1);
      Comparison comparison = compare(baseline, candidate);

      assertThat(comparison.regressions()).isEmpty();
      assertThat(comparison.tasks().get(0).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
      assertThat(comparison.tasks().get(0).detectable().isEmpty()).isTrue();
    }
  }

  @Test
  void retrained_withinTheMargin_notWorse() {
    Comparison comparison = compare(scores(5, "a", 0.9), scores(5, "b", 0.9));

    assertThat(comparison.tasks().get(0).verdict()).isEqualTo(Verdict.NOT_WORSE);
  }

  @Test
  void retrained_worseByLessThanTheMargin_isNoRegression() {
    Comparison comparison = compare(scores(8, "a", 0.9), scores(8, "b", 0.897));

    assertThat(comparison.tasks().get(0).verdict()).isEqualTo(Verdict.WORSE);
    assertThat(comparison.regressions()).isEmpty();
  }

  @Test
  void sameAdapter_thatLosesMoreThanTheMargin_isARegressionWithoutATest() {
    Comparison comparison = compare(scores(1, "a", 0.9), scores(1, "a", 0.89));

    assertThat(comparison.tasks().get(0).verdict()).isEqualTo(Verdict.FLIPPED);
    assertThat(comparison.regressions())
        .containsExactly("task0, hydra rank 2: -1.00 points with the same adapters (1)");
    assertThat(comparison.notes().get(0)).contains("flips unknown");
  }

  @Test
  void scoresThatMeanOtherThings_areRefusedWithWhatDiffers() {
    assertRefused(score -> score.setTestHash("other"), "task0: test data test0 in the baseline");
    assertRefused(score -> score.getJobBuilder().setDataHash("other"), "task0: data data0 in");
    assertRefused(score -> score.getJobBuilder().setTaskVersion(2), "task version 0 in the");
    assertRefused(
        score -> score.getJobBuilder().setProtocol(Protocol.PAPER),
        "protocol holdout in the baseline, paper in the candidate");
    assertRefused(score -> score.getJobBuilder().addQuirk(Quirk.LOST_END_TOKEN), "quirks [] in");
    assertRefused(
        score -> score.getJobBuilder().setNormalizationValue(1), "normalization imagenet in");
  }

  @Test
  void otherMethod_ofTheOnlyRow_isComparedAndBothAreNamed() {
    EvaluationResult.Builder candidate = scores(5, "b", 0.8);
    candidate
        .getScoreBuilderList()
        .forEach(score -> score.getJobBuilder().setMethod(Method.LINEAR));

    assertThat(compare(scores(5, "a", 0.9), candidate).regressions().get(0))
        .startsWith("task0, linear against hydra rank 2: -10.00 points");
  }

  @Test
  void taskWithoutAScoreInTheCandidate_isToldUnlessNotAskedFor() {
    EvaluationResult.Builder baseline = Reports.trained(new Random(1), "a", 2, 0, 5);
    EvaluationResult.Builder failed = Reports.trained(new Random(1), "b", 2, 0, 5);
    List<Score> first =
        failed.getScoreList().stream()
            .filter(score -> score.getJob().getTask().equals("task0"))
            .toList();
    failed.clearScore().addAllScore(first);

    assertThat(compare(baseline, failed).missing()).hasSize(1);
    assertThat(compare(baseline, failed.removeTask(1)).missing()).isEmpty();
  }

  @Test
  void scoreThatFailedInTheCandidate_isARegressionOfItsTaskAlone() {
    EvaluationResult.Builder baseline = Reports.trained(new Random(1), "a", 3, 0, 5);
    EvaluationResult.Builder failed = Reports.trained(new Random(1), "a", 3, 0, 5);
    Score spoiled = failed.getScore(7);
    failed
        .removeScore(7)
        .addFailure(Failure.newBuilder().setKey(spoiled.getJob()).setReason("no such file"));

    assertThat(compare(baseline, failed).regressions())
        .containsExactly(
            String.format(
                Locale.ROOT,
                "%s, hydra rank 2: seed %d had %.2f and has no score any more: no such file",
                spoiled.getJob().getTask(),
                spoiled.getJob().getSeed(),
                100 * spoiled.getScore()));
    // What the baseline had no score of either is not lost.
    assertThat(compare(failed, failed).regressions()).isEmpty();
  }

  @Test
  void otherBenchmark_isRefused() {
    EvaluationResult.Builder other = scores(5, "b", 0.8).setBenchmark("other");

    assertThat(assertThrows(HydraException.class, () -> compare(scores(5, "a", 0.9), other)).line())
        .contains("of benchmark bench, the candidate of other");
  }

  private static void assertRefused(Consumer<Score.Builder> change, String expected) {
    EvaluationResult.Builder candidate = scores(5, "b", 0.9);
    candidate.getScoreBuilderList().forEach(change);
    EvaluationResult.Builder baseline = scores(5, "a", 0.9);

    HydraException refused = assertThrows(HydraException.class, () -> compare(baseline, candidate));
    assertThat(refused.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(refused.line()).contains(expected);
    Comparison anyway =
        Comparison.of(
            Reports.folder(baseline),
            Reports.folder(candidate),
            new Comparison.Request(0.5, true),
            flip -> {});
    assertThat(anyway.notes().toString()).contains(expected);
  }

  private static void damage(
      EvaluationResult.Builder evaluation, String task, LongPredicate seeds) {
    evaluation
        .getScoreBuilderList()
        .forEach(
            score -> {
              if (score.getJob().getTask().equals(task) && seeds.test(score.getJob().getSeed())) {
                score.setScore(score.getScore() - 0.2).setAdapterHash("damaged");
              }
            });
  }

  /** One task, every seed with nearly the same score. */
  private static EvaluationResult.Builder scores(int seeds, String training, double score) {
    EvaluationResult.Builder result = Reports.empty(1);
    for (int seed = 0; seed < seeds; seed++) {
      result.addScore(Reports.score(0, seed, training + seed, score + 1e-3 * (seed % 2)));
    }
    return result;
  }

  private static Comparison compare(
      EvaluationResult.Builder baseline, EvaluationResult.Builder candidate) {
    return Comparison.of(
        Reports.folder(baseline),
        Reports.folder(candidate),
        new Comparison.Request(0.5, false),
        flip -> {});
  }
}
