package io.hydrabeam.runners;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of {@code tasks}. */
public interface TasksOptions extends LauncherOptions {

  @Description(
      "Benchmark to list, a name: vtab1k, elevater, glue or sample; by default all that are built in.")
  @Nullable String getBenchmark();

  void setBenchmark(@Nullable String value);

  @Description("File with tasks of your own to list instead, textproto.")
  @Nullable String getCatalog();

  void setCatalog(@Nullable String value);

  @Description(
      "Folder of images or tables, local or gs://; with --verbose what is found there is told for each task.")
  @Nullable String getInput();

  void setInput(@Nullable String value);

  @Description("Tasks to list, names separated by commas, or all.")
  @Default.String("all")
  String getTasks();

  void setTasks(String value);
}
