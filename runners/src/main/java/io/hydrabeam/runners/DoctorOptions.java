package io.hydrabeam.runners;

import java.util.List;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Options of {@code doctor}. */
public interface DoctorOptions extends PipelineOptions {

  @Description("Flink cluster to look at, HOST:PORT of its JobManager's REST interface.")
  @Nullable String getFlink();

  void setFlink(@Nullable String value);

  @Description("Folders to look at, local or gs://, separated by commas; each is written to.")
  @Nullable List<String> getStorage();

  void setStorage(@Nullable List<String> value);
}
