package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Quirk;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.SweepPoint;
import io.hydrabeam.protos.TrainingJob;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * ELEVATER's sweep as jobs: a {@link DecaySearch} for each of six learning rates, each training a
 * short one on the training part, scored on the validation part after every epoch; the best epoch
 * counts. Pure: the same outcomes give the same jobs.
 *
 * <p>Of equal scores the smaller rate wins. Other than in the original a training that diverges
 * counts as failed, even if it scored before it did, and numbers that must diverge sooner or later
 * are not tried: the longer final training would diverge too. Under protocol PAPER, where the final
 * training too keeps its best epoch, the original's rule holds.
 *
 * @param quirks the original's mistakes that are repeated
 * @param trainSplit that candidates are trained on
 * @param evalSplit that they are scored on
 * @param divergingCounts whether a training counts with the best score before it diverged
 */
record Sweep(Set<Quirk> quirks, String trainSplit, String evalSplit, boolean divergingCounts)
    implements Serializable {

  /** In the order of the sequential search. */
  static final List<Double> RATES = List.of(1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1);

  /** Trainings at most, the final one aside. */
  static final int TRAININGS_MAX = 6 * DecaySearch.SLOTS;

  /** Folder beside the jobs that holds a task's candidates. */
  static final String FOLDER = "sweep";

  Sweep {
    quirks = Set.copyOf(quirks);
  }

  /**
   * The jobs of a round for one learning rate.
   *
   * @param base the sweep's final job, or any candidate of it
   * @param rate index in {@link #RATES}
   * @param earlier how the earlier rounds' jobs of this rate ended
   */
  List<TrainingJob> round(int round, TrainingJob base, int rate, List<JobOutcome> earlier) {
    Map<Integer, JobOutcome> bySlot = bySlot(earlier);
    DecaySearch search = search();
    for (int done = 0; done < round; done++) {
      search.advance(done, slot -> score(bySlot.get(slot)));
    }
    return search.tries(round).stream()
        .map(one -> candidate(base, rate, one))
        .filter(job -> divergingCounts || !mustDiverge(job))
        .toList();
  }

  /**
   * The training that follows a sweep; empty if no candidate finished. If none scored above 0, the
   * first in the grid that finished is taken, and the training's origin says so.
   *
   * @param finalJob as planned, without the chosen numbers
   * @param outcomes of all candidates
   */
  Optional<TrainingJob> chosen(TrainingJob finalJob, List<JobOutcome> outcomes) {
    List<SweepPoint> trace = new ArrayList<>();
    double best = 0;
    Recipe.Builder winner = Recipe.newBuilder();
    for (int rate = 0; rate < RATES.size(); rate++) {
      int of = rate;
      Map<Integer, JobOutcome> bySlot =
          bySlot(outcomes.stream().filter(outcome -> rateOf(outcome.getJob()) == of).toList());
      DecaySearch search = search();
      for (int round = 0; round < DecaySearch.ROUNDS; round++) {
        List<DecaySearch.Try> tries = search.advance(round, slot -> score(bySlot.get(slot)));
        for (DecaySearch.Try one : tries) {
          trace.add(point(one, RATES.get(rate), bySlot.get(one.slot()), search.peakSlot()));
        }
      }
      if (search.best() > best) {
        best = search.best();
        winner.setLearningRate(RATES.get(rate)).setWeightDecay(search.weightDecay());
      }
    }
    if (best > 0) {
      return Optional.of(finalJob(finalJob, winner, best, trace));
    }
    return outcomes.stream()
        .filter(outcome -> score(outcome).isPresent())
        .min(Comparator.comparingInt(outcome -> outcome.getJob().getTuningOrder()))
        .map(first -> first.getJob().getKey().getRecipe().toBuilder())
        .map(recipe -> finalJob(finalJob, recipe, 0, trace));
  }

  /** The learning rate, as index in {@link #RATES}, of a candidate. */
  static int rateOf(TrainingJob candidate) {
    return candidate.getTuningOrder() / DecaySearch.SLOTS;
  }

  private static boolean mustDiverge(TrainingJob job) {
    return JobConfigs.optimizer(job.getKey().getRecipe()).mustDiverge();
  }

  private TrainingJob candidate(TrainingJob base, int rate, DecaySearch.Try one) {
    int order = rate * DecaySearch.SLOTS + one.slot();
    JobKey.Builder key =
        base.getKey().toBuilder()
            .setTrainSplit(trainSplit)
            .setEvalSplit(evalSplit)
            .setEvalEveryEpochs(1)
            .setTune(Tuning.NONE.keyText())
            // A candidate's result does not depend on how the training after it is scored, nor on
            // how the search goes on.
            .setProtocol(Protocol.HOLDOUT)
            .clearQuirk();
    if (base.getKey().getQuirkList().contains(Quirk.BATCH_NORM_FROZEN)) {
      key.addQuirk(Quirk.BATCH_NORM_FROZEN);
    }
    Recipe.Builder recipe = key.getRecipeBuilder();
    if (recipe.hasSweepEpochs()) {
      recipe.setEpochs(recipe.getSweepEpochs()).clearSweepEpochs();
    }
    recipe
        .setLearningRate(RATES.get(rate))
        .setWeightDecay(one.weightDecay())
        .setOrigin("learning rate and weight decay: candidate of a sweep");
    if (quirks.contains(Quirk.SHARED_GENERATOR)) {
      key.setOrderOffset(order * recipe.getEpochs());
    }
    String folder = base.getOutput().substring(0, base.getOutput().lastIndexOf('/'));
    return JobExpansion.withId(
        base.toBuilder().setScoreOnly(true).setTuningOrder(order),
        key.build(),
        folder.endsWith("/" + FOLDER) ? folder : folder + "/" + FOLDER);
  }

  private static TrainingJob finalJob(
      TrainingJob planned, Recipe.Builder chosen, double score, List<SweepPoint> trace) {
    long trained = trace.stream().filter(point -> !point.getJobId().isEmpty()).count();
    JobKey.Builder key = planned.getKey().toBuilder();
    key.getRecipeBuilder()
        .setLearningRate(chosen.getLearningRate())
        .setWeightDecay(chosen.getWeightDecay())
        .clearSweepEpochs()
        .setOrigin(
            String.format(
                Locale.ROOT,
                "learning rate and weight decay: %s of %d in a sweep (%.1f %% on the validation"
                    + " images); others: %s",
                score > 0 ? "best" : "first",
                trained,
                100 * score,
                key.getRecipe().getOrigin()));
    return JobExpansion.withId(
        planned.toBuilder().clearTuningGroup().addAllSweep(trace),
        key.build(),
        planned.getOutput().substring(0, planned.getOutput().lastIndexOf('/')));
  }

  private SweepPoint point(
      DecaySearch.Try one, double rate, @Nullable JobOutcome outcome, int peakSlot) {
    SweepPoint.Builder point =
        SweepPoint.newBuilder()
            .setRound(one.round())
            .setLearningRate(rate)
            .setWeightDecay(one.weightDecay())
            .setPeak(one.slot() == peakSlot);
    score(outcome).ifPresent(point::setScore);
    if (outcome != null) {
      point.setJobId(outcome.getJob().getJobId());
    }
    return point.build();
  }

  private OptionalDouble score(@Nullable JobOutcome outcome) {
    return outcome != null
            && outcome.getResult().hasEvalScore()
            && (divergingCounts || outcome.getResult().getDiverged().isEmpty())
        ? OptionalDouble.of(outcome.getResult().getEvalScore())
        : OptionalDouble.empty();
  }

  private DecaySearch search() {
    return new DecaySearch(quirks.contains(Quirk.SWEEP_LEFT_NEIGHBOUR));
  }

  private static Map<Integer, JobOutcome> bySlot(List<JobOutcome> outcomes) {
    return outcomes.stream()
        .collect(
            Collectors.toMap(
                outcome -> outcome.getJob().getTuningOrder() % DecaySearch.SLOTS,
                outcome -> outcome,
                (one, same) -> one,
                TreeMap::new));
  }
}
