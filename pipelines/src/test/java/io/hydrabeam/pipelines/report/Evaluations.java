package io.hydrabeam.pipelines.report;

import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Site;
import io.hydrabeam.protos.Task;

/** Small evaluations with numbers that are easily checked. */
final class Evaluations {
  private Evaluations() {}

  /** Tasks a, b in group natural, c in structured. */
  static EvaluationResult.Builder threeTasks() {
    return EvaluationResult.newBuilder()
        .setEvaluationId("e1")
        .setBenchmark("bench")
        .setTasksOfBenchmark(3)
        .addTask(Task.newBuilder().setName("a").setDisplayName("Task-A").setGroup("natural"))
        .addTask(Task.newBuilder().setName("b").setGroup("natural"))
        .addTask(Task.newBuilder().setName("c").setGroup("structured"));
  }

  static Score score(JobKey key, double score) {
    return Score.newBuilder()
        .setJob(key)
        .setJobId("id-" + key.getTask() + key.getSeed())
        .setRun("r1")
        .setScore(score)
        .setImages(10)
        .setTrainableParameters(1_000_000)
        .build();
  }

  static Failure failure(JobKey key, String reason) {
    return Failure.newBuilder()
        .setKey(key)
        .setRun("r1")
        .setWhat(key.getTask() + " seed " + key.getSeed())
        .setReason(reason)
        .build();
  }

  static JobKey hydra(String task, long seed) {
    return linear(task, seed).toBuilder()
        .setMethod(Method.HYDRA)
        .setRank(2)
        .setBranches(Branches.BOTH)
        .addSite(Site.ATTENTION)
        .addSite(Site.MLP)
        .build();
  }

  static JobKey linear(String task, long seed) {
    return JobKey.newBuilder()
        .setTask(task)
        .setSeed(seed)
        .setMethod(Method.LINEAR)
        .setTune("none")
        .setRecipe(Recipe.newBuilder().setLearningRate(1e-3).setOrigin("published"))
        .build();
  }
}
