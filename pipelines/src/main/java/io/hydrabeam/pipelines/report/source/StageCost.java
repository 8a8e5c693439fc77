package io.hydrabeam.pipelines.report.source;

import com.google.protobuf.util.JsonFormat;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Estimate;
import io.hydrabeam.protos.StageTime;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The time of a run's stage.
 *
 * @param stage its command
 * @param run only where there are several; else empty
 * @param estimated seconds that were foreseen; 0 if none were
 * @param actual seconds that it took; 0 where it has not ended
 */
public record StageCost(String stage, String run, double estimated, double actual) {
  private static final String ESTIMATE = "estimate.json";
  private static final String EVALUATE = "evaluate";
  private static final int LIMIT_BYTES = 1 << 20;

  /** Whether it is what an evaluation was foreseen to take; how long one took, its scores tell. */
  public boolean isEvaluation() {
    return stage.equals(EVALUATE);
  }

  /** Its command, with the run where there are several. */
  public String name() {
    return run.isEmpty() ? stage : "%s, %s".formatted(stage, run);
  }

  /**
   * Of some runs, those that have an estimate.
   *
   * @param runs folder of all runs; empty where it is not known
   * @param notes receives a line for each estimate that cannot be read
   */
  static List<StageCost> of(String runs, Set<String> names, List<String> notes) {
    List<StageCost> costs = new ArrayList<>();
    for (String run : runs.isEmpty() ? Set.<String>of() : names) {
      String file = Storage.resolve(runs, run + '/' + ESTIMATE);
      try {
        Estimate.Builder estimate = Estimate.newBuilder();
        JsonFormat.parser()
            .ignoringUnknownFields()
            .merge(new String(Storage.read(file, LIMIT_BYTES), StandardCharsets.UTF_8), estimate);
        for (StageTime time : estimate.getStageList()) {
          costs.add(
              new StageCost(
                  time.getStage(),
                  names.size() == 1 ? "" : run,
                  time.getEstimatedSeconds(),
                  time.getSeconds()));
        }
      } catch (FileNotFoundException e) {
        // Runs on a cluster have none.
      } catch (IOException e) {
        notes.add("%s cannot be read: %s".formatted(file, HydraException.reason(e)));
      }
    }
    return costs;
  }
}
