package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.TrainingJob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which jobs can be trained in one graph, and how they are put together: those of a task that
 * differ in seed, learning rate, weight decay and order only, and start from the same weights on
 * the same images.
 */
final class JobStacks {

  private JobStacks() {}

  /** Equal for jobs that can be stacked with each other. */
  static String key(TrainingJob job) {
    JobKey.Builder shared = job.getKey().toBuilder().clearOrderOffset().clearTune().clearStartJob();
    // Few-shot images are drawn from the seed, and so are weights that none were given for.
    if (shared.getShots() == 0 && !BackboneSource.isRandom(shared.getBackboneHash())) {
      shared.clearSeed();
    }
    shared.getRecipeBuilder().clearLearningRate().clearWeightDecay().clearOrigin();
    return String.join(
        "\n", job.getExamples(), job.getBackbone(), job.getHead(), shared.build().toString());
  }

  /** Stacks of up to {@code size} of such jobs, the same whatever order they come in. */
  static List<List<TrainingJob>> of(Iterable<TrainingJob> jobs, int size) {
    List<TrainingJob> sorted = new ArrayList<>();
    jobs.forEach(sorted::add);
    sorted.sort(Comparator.comparing(TrainingJob::getJobId));
    List<List<TrainingJob>> stacks = new ArrayList<>();
    for (int start = 0; start < sorted.size(); start += size) {
      stacks.add(List.copyOf(sorted.subList(start, Math.min(sorted.size(), start + size))));
    }
    return stacks;
  }
}
