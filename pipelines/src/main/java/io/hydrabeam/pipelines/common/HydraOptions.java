package io.hydrabeam.pipelines.common;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Options that every stage has; a stage adds its own in an interface that extends this one. */
public interface HydraOptions extends PipelineOptions {

  @Description(
      "Benchmark whose tasks are used, a name: vtab1k, elevater, glue, sample, or that of --catalog.")
  @Default.String("sample")
  String getBenchmark();

  void setBenchmark(String value);

  @Description("Tasks of the benchmark, names separated by commas, or all; example: cifar,dtd.")
  @Default.String("all")
  String getTasks();

  void setTasks(String value);

  @Description("File with tasks of your own, textproto; its benchmark replaces --benchmark.")
  @Nullable String getCatalog();

  void setCatalog(@Nullable String value);

  @Description("Folder of the TFRecords, local or gs://; a folder per benchmark and task is below.")
  @Default.String("hydra-out/examples")
  String getExamples();

  void setExamples(String value);

  @Description("Makes finished output again where it stands, true or false.")
  @Default.Boolean(false)
  boolean isForce();

  void setForce(boolean value);
}
