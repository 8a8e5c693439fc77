package io.hydrabeam.pipelines.compare;

import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.util.Random;
import java.util.stream.IntStream;

/** Evaluations without files. */
final class Reports {
  static final int IMAGES = 1000;

  private Reports() {}

  static EvaluationFolder folder(EvaluationResult.Builder result) {
    return new EvaluationFolder("scores/x", result.build());
  }

  static EvaluationResult.Builder empty(int tasks) {
    EvaluationResult.Builder result = EvaluationResult.newBuilder().setBenchmark("bench");
    IntStream.range(0, tasks)
        .forEach(task -> result.addTask(Task.newBuilder().setName("task" + task)));
    return result;
  }

  static Score.Builder score(int task, long seed, String adapter, double score) {
    return Score.newBuilder()
        .setJob(
            JobKey.newBuilder()
                .setBenchmark("bench")
                .setTask("task" + task)
                .setMethod(Method.HYDRA)
                .setRank(2)
                .setProtocol(Protocol.HOLDOUT)
                .setDataHash("data" + task)
                .setSeed(seed))
        .setJobId("job-%d-%d".formatted(task, seed))
        .setRun("r")
        .setTestHash("test" + task)
        .setAdapterHash(adapter)
        .setImages(IMAGES)
        .setScore(score);
  }

  /**
   * A benchmark trained with several seeds. Tasks differ in how good they are, in what the seeds
   * scatter and in the number of test images; all seeds are scored on the same images.
   *
   * @param training tells this one's adapters from another's
   */
  static EvaluationResult.Builder trained(
      Random random, String training, int tasks, long firstSeed, int seeds) {
    EvaluationResult.Builder result = empty(tasks);
    for (int task = 0; task < tasks; task++) {
      double good = 0.3 + 0.69 * task / (tasks - 1);
      double scatter = 0.002 + 0.02 * (task % 5) / 4;
      int images = 200 + 600 * (task % 7);
      for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
        double drawn = Math.min(1, Math.max(0, good + scatter * random.nextGaussian()));
        // Binomial, nearly: images that are right.
        double right =
            images * drawn + Math.sqrt(images * drawn * (1 - drawn)) * random.nextGaussian();
        long whole = Math.round(Math.min(images, Math.max(0, right)));
        result.addScore(
            score(task, seed, training + task + seed, (double) whole / images).setImages(images));
      }
    }
    return result;
  }
}
