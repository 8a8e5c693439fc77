package io.hydrabeam.runners;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.train.TrainingMemory;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.TrainingJob;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans of jobs with 1,000 images in batches of 100 for 50 epochs, and 200 test images. */
final class WorkSamples {

  private WorkSamples() {}

  /** A plan of one job that adapts a tiny model, whose run is the folder "r" of these runs. */
  static TrainPlan plan(String runs) {
    return plan(job(Method.HYDRA), runs);
  }

  /** With so many of the plan's job still to be done. */
  static PlannedWork planned(TrainPlan plan, int open) {
    List<TrainingJob> jobs = Collections.nCopies(open, plan.jobs().get(0));
    return new PlannedWork(
        plan,
        jobs,
        jobs.stream().map(job -> JobWork.of(job, plan, 64)).toList(),
        1,
        1,
        2,
        TrainingMemory.NONE);
  }

  static JobWork work(Method method) {
    TrainingJob job = job(method);
    return JobWork.of(job, plan(job, "runs"), 64);
  }

  private static TrainingJob job(Method method) {
    return TrainingJob.newBuilder()
        .setKey(
            JobKey.newBuilder()
                .setTask("t")
                .setTrainSplit("train800val200")
                .setMethod(method)
                .setRecipe(Recipe.newBuilder().setBatch(100).setEpochs(50).setDropPath(0)))
        .build();
  }

  private static TrainPlan plan(TrainingJob job, String runs) {
    return new TrainPlan(
        List.of(job),
        List.of(),
        Optional.empty(),
        1,
        Protocol.HOLDOUT,
        runs + "/r",
        VitConfig.tiny(),
        Map.of(
            "t//train800val200",
            SplitInfo.newBuilder().setImages(1000).build(),
            "t//test",
            SplitInfo.newBuilder().setImages(200).build()));
  }
}
