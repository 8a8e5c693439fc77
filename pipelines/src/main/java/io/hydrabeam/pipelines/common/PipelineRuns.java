package io.hydrabeam.pipelines.common;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

/** Runs the pipelines of stages. */
public final class PipelineRuns {

  private PipelineRuns() {}

  /**
   * Runs to the end.
   *
   * @param what the stage does, as in "training"
   * @throws HydraException failed, if it ended otherwise than well
   */
  public static void toEnd(Pipeline pipeline, String what) {
    PipelineResult.State state = pipeline.run().waitUntilFinish();
    if (state == null) {
      throw HydraException.failed(
          "the %s pipeline ended as UNKNOWN: its runner no longer answers".formatted(what));
    }
    if (state != PipelineResult.State.DONE) {
      throw HydraException.failed("the %s pipeline ended as %s".formatted(what, state));
    }
  }
}
