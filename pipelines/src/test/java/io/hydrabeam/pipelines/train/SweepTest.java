package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Optimizer;
import io.hydrabeam.protos.Quirk;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Schedule;
import io.hydrabeam.protos.SweepPoint;
import io.hydrabeam.protos.TrainingJob;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class SweepTest {

  private static final Sweep SWEEP = new Sweep(Set.of(), "train", "val", false);

  private static final TrainingJob FINAL =
      TrainingJob.newBuilder()
          .setJobId("final")
          .setOutput("runs/run/task/final")
          .setTuningGroup("task HYDRA seed 0")
          .setKey(
              JobKey.newBuilder()
                  .setTask("task")
                  .setTrainSplit("train+val")
                  .setTune("sweep")
                  .setRecipe(
                      Recipe.newBuilder()
                          .setOptimizer(Optimizer.SGD)
                          .setSchedule(Schedule.CONSTANT)
                          .setEpochs(50)
                          .setSweepEpochs(10)))
          .build();

  @Test
  void chosen_bestOfAllRates_isTrainedOnEverything() {
    List<JobOutcome> outcomes =
        run(
            SWEEP,
            key ->
                OptionalDouble.of(
                    key.getLearningRate() == 1e-3 && key.getWeightDecay() == 1e-2 ? 0.9 : 0.2));
    TrainingJob chosen = SWEEP.chosen(FINAL, outcomes).orElseThrow();
    Recipe recipe = chosen.getKey().getRecipe();
    assertThat(recipe.getLearningRate()).isEqualTo(1e-3);
    assertThat(recipe.getWeightDecay()).isEqualTo(1e-2);
    assertThat(recipe.getEpochs()).isEqualTo(50);
    assertThat(recipe.getOrigin())
        .startsWith("learning rate and weight decay: best of %d in".formatted(outcomes.size()));
    assertThat(chosen.getKey().getTrainSplit()).isEqualTo("train+val");
    assertThat(chosen.getSweepList().stream().filter(SweepPoint::hasScore).count())
        .isEqualTo(outcomes.size());
    assertThat(chosen.getTuningGroup()).isEmpty();
  }

  @Test
  void chosen_nothingScoresAboveZero_takesTheFirstAndSaysSo() {
    Recipe recipe =
        SWEEP
            .chosen(FINAL, run(SWEEP, key -> OptionalDouble.of(0)))
            .orElseThrow()
            .getKey()
            .getRecipe();
    assertThat(recipe.getLearningRate()).isEqualTo(1e-6);
    assertThat(recipe.getWeightDecay()).isEqualTo(1e-6);
    assertThat(recipe.getOrigin()).startsWith("learning rate and weight decay: first of ");
  }

  @Test
  void chosen_noCandidateFinished_isEmpty() {
    assertThat(SWEEP.chosen(FINAL, run(SWEEP, key -> OptionalDouble.empty()))).isEmpty();
  }

  @Test
  void round_sharedGenerator_goesOnWhereTheRunBeforeEnded() {
    Sweep shared = new Sweep(Set.of(Quirk.SHARED_GENERATOR), "train", "val", false);
    Set<Integer> offsets = new HashSet<>();
    for (int rate = 0; rate < Sweep.RATES.size(); rate++) {
      for (TrainingJob job : shared.round(0, FINAL, rate, List.of())) {
        assertThat(job.getKey().getOrderOffset() % 10).isEqualTo(0);
        offsets.add(job.getKey().getOrderOffset());
      }
    }
    // Nine pairs of rate and decay must diverge.
    assertThat(offsets).hasSize(6 * 7 - 9);
    assertThat(SWEEP.round(0, FINAL, 5, List.of()).get(3).getKey().getOrderOffset()).isEqualTo(0);
  }

  @Test
  void round_numbersThatMustDiverge_areTriedUnderTheOriginalsRuleOnly() {
    Sweep original = new Sweep(Set.of(), "train", "val", true);
    assertThat(original.round(0, FINAL, 5, List.of())).hasSize(7);
    // At a rate of 0.1 decays of 1e2, 1e4 and 1e6 are beyond 2·(1 + momentum).
    assertThat(SWEEP.round(0, FINAL, 5, List.of())).hasSize(4);
  }

  @Test
  void chosen_divergedCandidate_countsUnderTheOriginalsRuleOnly() {
    Sweep original = new Sweep(Set.of(), "train", "val", true);
    List<JobOutcome> outcomes = new ArrayList<>();
    for (JobOutcome outcome : run(SWEEP, key -> OptionalDouble.of(0.5))) {
      boolean wild = outcome.getJob().getTuningOrder() == 2;
      JobOutcome.Builder changed = outcome.toBuilder();
      if (wild) {
        changed.getResultBuilder().setEvalScore(0.9).setDiverged("made up");
      }
      outcomes.add(changed.build());
    }
    assertThat(original.chosen(FINAL, outcomes).orElseThrow().getKey().getRecipe())
        .isNotEqualTo(SWEEP.chosen(FINAL, outcomes).orElseThrow().getKey().getRecipe());
  }

  /** All rounds of all rates, as the pipeline runs them. */
  private static List<JobOutcome> run(Sweep sweep, Function<Recipe, OptionalDouble> score) {
    List<JobOutcome> all = new ArrayList<>();
    for (int rate = 0; rate < Sweep.RATES.size(); rate++) {
      List<JobOutcome> ofRate = new ArrayList<>();
      for (int round = 0; round < DecaySearch.ROUNDS; round++) {
        for (TrainingJob job : sweep.round(round, FINAL, rate, List.copyOf(ofRate))) {
          JobOutcome.Builder outcome = JobOutcome.newBuilder().setJob(job);
          OptionalDouble scored = score.apply(job.getKey().getRecipe());
          if (scored.isPresent()) {
            outcome.setResult(JobResult.newBuilder().setEvalScore(scored.getAsDouble()));
          } else {
            outcome.setFailure("made up");
          }
          ofRate.add(outcome.build());
        }
      }
      all.addAll(ofRate);
    }
    return all;
  }
}
