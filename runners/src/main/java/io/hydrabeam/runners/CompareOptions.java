package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.BaselineOptions;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of {@code compare}. */
public interface CompareOptions extends BaselineOptions {

  @Description("Finished evaluation that should not be worse than --baseline, a folder.")
  @Nullable String getCandidate();

  void setCandidate(@Nullable String value);

  @Description(
      "File that receives every record that the same adapter puts into another class, JSON lines, local or"
          + " gs://; replaced if it exists.")
  @Nullable String getFlips();

  void setFlips(@Nullable String value);
}
