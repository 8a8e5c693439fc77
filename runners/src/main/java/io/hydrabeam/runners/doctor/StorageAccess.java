package io.hydrabeam.runners.doctor;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.gcs.GcsCheck;
import io.hydrabeam.pipelines.storage.DiskSpace;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;

/** Whether a folder of inputs or outputs can be read and written. */
final class StorageAccess {

  private static final String GCS = "gs://";

  private StorageAccess() {}

  /**
   * Looks at a folder; in one at gs:// it lists, writes and deletes.
   *
   * @param options with the credentials
   */
  static Finding look(String folder, PipelineOptions options) {
    boolean remote = folder.startsWith(GCS);
    try {
      if (remote) {
        FileSystems.setDefaultPipelineOptions(options);
        GcsCheck.with(options).requireFolder("--storage=" + folder, folder);
      }
      DiskSpace.require(folder, 0);
      return Finding.ok(
          "storage", "%s can be %swritten".formatted(folder, remote ? "listed and " : ""));
    } catch (HydraException e) {
      return Finding.bad("storage", e.line());
    }
  }
}
