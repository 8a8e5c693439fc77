package io.hydrabeam.pipelines.gcs;

import java.util.List;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Adds no file system. Beam calls every registrar with the pipeline's options, on the client and on
 * each worker, whenever it sets its file systems up; so what this keeps is what gs:// paths are
 * read with.
 */
public final class GcsSettingsRegistrar implements FileSystemRegistrar {

  @Override
  public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
    GcsSettings.keep(options);
    return List.of();
  }
}
