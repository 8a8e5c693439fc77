package io.hydrabeam.pipelines.gcs;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;

/** The options with which Beam has set up its file systems in this process. */
final class GcsSettings {
  private static final AtomicReference<@Nullable PipelineOptions> CURRENT = new AtomicReference<>();

  private GcsSettings() {}

  static void keep(PipelineOptions options) {
    CURRENT.set(options);
  }

  /** The defaults, where Beam has not been set up. */
  static PipelineOptions current() {
    PipelineOptions options = CURRENT.get();
    return options == null ? PipelineOptionsFactory.create() : options;
  }
}
