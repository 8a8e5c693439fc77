package io.hydrabeam.pipelines.common;

import io.hydrabeam.model.TensorFlowRuntime.Device;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** Where models compute; for the stages that run one. No number in a result depends on these. */
public interface DeviceOptions extends PipelineOptions {

  @Description("Where models compute; gpu fails where there is none, auto takes one if there is.")
  @Default.Enum("AUTO")
  Device getDevice();

  void setDevice(Device value);

  @Description("CPU threads of one model; 1 leaves the cores to jobs side by side.")
  @Default.Integer(1)
  int getThreads();

  void setThreads(int value);

  @Description(
      "Models that compute at once in a process; 0: one for each --threads cores, as far as memory"
          + " lasts; two on a GPU.")
  @Default.Integer(0)
  int getJobsAtOnce();

  void setJobsAtOnce(int value);
}
