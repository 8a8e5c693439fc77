package io.hydrabeam.pipelines.common;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Workers of the steps that compute models: what they must have, and what if they fail. */
public interface WorkerOptions extends PipelineOptions {

  @Description(
      "GPU of the workers that run models, on Dataflow: a type as in nvidia-tesla-t4, or a whole"
          + " hint as in `type:nvidia-l4;count:1;install-nvidia-driver`.")
  @Nullable String getAccelerator();

  void setAccelerator(@Nullable String value);

  @Description("Memory that workers which run models have at least, on Dataflow; example: 52GB.")
  @Nullable String getWorkerMemory();

  void setWorkerMemory(@Nullable String value);

  @Description(
      "How often a job is tried, whether it fails in a way that may pass or its worker dies, before"
          + " it is listed as failed.")
  @Default.Integer(3)
  int getMaxAttempts();

  void setMaxAttempts(int value);
}
