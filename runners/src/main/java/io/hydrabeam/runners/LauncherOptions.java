package io.hydrabeam.runners;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Options that every command takes. */
@Description("Every command")
public interface LauncherOptions extends PipelineOptions {

  @Description(
      "Text file of options, a line each, as `rank: 4` or `tasks: \"caltech101\"` (protobuf text"
          + " format, names as here); a command takes those it knows, and the command line wins.")
  @Nullable String getConfig();

  void setConfig(@Nullable String value);

  @Description("Print debug messages, and the stack trace of an error.")
  @Default.Boolean(false)
  boolean isVerbose();

  void setVerbose(boolean value);
}
