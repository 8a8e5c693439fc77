package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.TrainingJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan in words, a line each: what is trained, with which hyper-parameters, from where. */
final class PlanLines {

  private final TrainPlan plan;

  PlanLines(TrainPlan plan) {
    this.plan = plan;
  }

  /** Of the whole plan, then of each task and method. */
  List<String> all() {
    List<String> lines = new ArrayList<>();
    Map<String, String> byTaskAndMethod = new LinkedHashMap<>();
    for (TrainingJob job : plan.jobs()) {
      JobKey key = job.getKey();
      String name =
          "%s %s".formatted(key.getTask(), key.getMethod().name().toLowerCase(Locale.ROOT));
      byTaskAndMethod.putIfAbsent(name, describe(name, job));
    }
    lines.add(
        "run %s: %s%,d trainings"
            .formatted(plan.runId(), plan.sweep().isPresent() ? "up to " : "", plan.trainings()));
    lines.addAll(byTaskAndMethod.values());
    return lines;
  }

  private String describe(String name, TrainingJob job) {
    long trainable = plan.trainableParameters(job);
    long total = plan.totalParameters(job);
    Recipe recipe = job.getKey().getRecipe();
    String numbers;
    if (plan.sweep().isPresent()) {
      numbers =
          "learning rate and weight decay are searched on %s by up to %d trainings of %d epochs;"
                  .formatted(
                      plan.sweep().get().evalSplit(), Sweep.TRAININGS_MAX, recipe.getSweepEpochs())
              + " others: %s (%s)"
                  .formatted(
                      Recipes.describe(
                          recipe.toBuilder()
                              .clearLearningRate()
                              .clearWeightDecay()
                              .clearSweepEpochs()
                              .build()),
                      recipe.getOrigin());
    } else if (job.getTuningGroup().isEmpty()) {
      numbers = "%s (%s)".formatted(Recipes.describe(recipe), recipe.getOrigin());
    } else {
      numbers = "learning rate and scale are searched on val200";
    }
    return String.format(
        Locale.ROOT,
        "%s: trainable %,d of %,d (%.2f%%); %s%s",
        name,
        trainable,
        total,
        100.0 * trainable / total,
        numbers,
        job.getStart().isEmpty()
            ? ""
            : "; starts from the adapter " + TrainPlan.lastTwo(job.getStart()));
  }
}
