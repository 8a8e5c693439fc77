package io.hydrabeam.runners;

import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of the commands that can name the classes of an adapter. */
public interface ClassNamesOptions extends AdapterOptions {

  @Description("Text file of the classes' names, a line each, in the order of the labels.")
  @Nullable String getClassNames();

  void setClassNames(@Nullable String value);
}
