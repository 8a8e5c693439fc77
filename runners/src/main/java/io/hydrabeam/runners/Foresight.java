package io.hydrabeam.runners;

import com.google.protobuf.util.JsonFormat;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.Estimate;
import io.hydrabeam.protos.StageTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.apache.beam.runners.direct.DirectRunner;

/**
 * What a launch's stages are said to take and then take, kept beside the run for its report. Of
 * work in this process alone: how fast a cluster's workers are is not known here.
 */
final class Foresight {
  private static final String FILE = "estimate.json";
  private static final String PREPROCESS = "preprocess";
  private static final String TRAIN = "train";
  private static final String EVALUATE = "evaluate";

  private final Estimate.Builder estimate;
  private final double totalSeconds;
  private final boolean told;

  private Foresight(Estimate.Builder estimate, double totalSeconds, boolean told) {
    this.estimate = estimate;
    this.totalSeconds = totalSeconds;
    this.told = told;
  }

  /**
   * Of all stages. Where the trainings are long, this machine is measured for some seconds.
   *
   * @param unprepared images that are to be stored first
   */
  static Foresight of(PlannedWork planned, long unprepared, TrainOptions options)
      throws InterruptedException {
    if (options.getRunner() != DirectRunner.class) {
      return new Foresight(Estimate.newBuilder(), 0, /* told= */ false);
    }
    boolean measured = planned.outlastsMeasuring(options);
    TimeEstimate time =
        planned.time(unprepared, measured ? planned.measured(options) : planned.rough(options));
    Estimate.Builder estimate =
        Estimate.newBuilder()
            .setMade(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
            .setTrainings(planned.trainings())
            .setFinished(planned.finished())
            .setImageSteps(planned.imageSteps())
            .setOperations(planned.operations())
            .setWorkerBytes(planned.workerBytes())
            .setBasis(basis(measured));
    if (unprepared > 0) {
      estimate.addStage(stage(PREPROCESS, time.preprocessSeconds()));
    }
    estimate
        .addStage(stage(TRAIN, time.trainSeconds()))
        .addStage(stage(EVALUATE, time.evaluateSeconds()));
    return new Foresight(estimate, time.totalSeconds(), !planned.open().isEmpty());
  }

  /** Where rates come from, in one phrase. */
  static String basis(boolean measured) {
    return "%d CPU cores, %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            measured ? "measured now" : "as others reached it");
  }

  /** A sentence with a blank behind it, or nothing where nothing is known or to be done. */
  String line() {
    return told
        ? "About %s on %s. ".formatted(ProgressLine.duration(totalSeconds), estimate.getBasis())
        : "";
  }

  StageResult preprocess(Supplier<StageResult> work) {
    return timed(PREPROCESS, work);
  }

  /** Trains, and stores what was foreseen before and what it took behind that. */
  StageResult train(TrainPlan plan, Supplier<StageResult> work) {
    store(plan);
    StageResult result = timed(TRAIN, work);
    store(plan);
    return result;
  }

  private StageResult timed(String name, Supplier<StageResult> work) {
    long began = System.nanoTime();
    StageResult result = work.get();
    double seconds = (System.nanoTime() - began) / 1e9;
    for (StageTime.Builder stage : estimate.getStageBuilderList()) {
      if (stage.getStage().equals(name)) {
        stage.setSeconds(seconds);
      }
    }
    return result;
  }

  private void store(TrainPlan plan) {
    if (!told) {
      return;
    }
    String file = Storage.resolve(plan.runFolder(), FILE);
    try {
      byte[] json = (JsonFormat.printer().print(estimate) + "\n").getBytes(StandardCharsets.UTF_8);
      Storage.replace(file, out -> out.write(json));
    } catch (IOException e) {
      throw HydraException.io("write", file, e);
    }
  }

  private static StageTime stage(String name, double seconds) {
    return StageTime.newBuilder().setStage(name).setEstimatedSeconds(seconds).build();
  }
}
