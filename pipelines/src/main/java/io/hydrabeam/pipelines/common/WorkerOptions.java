package io.hydrabeam.pipelines.common;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of the steps that compute models must have; for the stages with such steps.
 * Runners that rent workers act on it (Dataflow), others ignore it.
 */
public interface WorkerOptions extends PipelineOptions {

  @Description(
      "GPU of the workers that run models, on Dataflow: a type as in nvidia-tesla-t4, or a whole"
          + " hint as in `type:nvidia-l4;count:1;install-nvidia-driver`.")
  @Nullable String getAccelerator();

  void setAccelerator(@Nullable String value);

  @Description("Memory that workers which run models have at least, on Dataflow; example: 52GB.")
  @Nullable String getWorkerMemory();

  void setWorkerMemory(@Nullable String value);
}
