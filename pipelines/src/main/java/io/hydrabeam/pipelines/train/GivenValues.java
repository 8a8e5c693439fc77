package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values that a job's training starts from where others draw them. */
final class GivenValues {

  /** What has no use for another task. */
  private static final List<String> OF_ITS_TASK =
      List.of(
          ParameterName.HEAD_KERNEL,
          ParameterName.HEAD_BIAS,
          ParameterName.HEAD_MEAN,
          ParameterName.HEAD_VARIANCE);

  private GivenValues() {}

  /**
   * A head of text features, if the job starts from one, and another job's adapter.
   *
   * @throws HydraException if that job is not finished, or is another one
   */
  static Map<String, HostTensor> of(TrainingJob job, Backbone backbone) throws IOException {
    Map<String, HostTensor> given = new LinkedHashMap<>();
    if (!job.getStart().isEmpty()) {
      given.putAll(adapter(job, backbone));
    }
    if (HeadStart.isText(job.getKey())) {
      given.putAll(MakeTextHeads.load(job.getHead()));
    }
    return given;
  }

  /**
   * Adapters, and of the head what does not belong to the other task's classes: all but its last
   * layer, as in the original, which loads the rest of it.
   */
  private static Map<String, HostTensor> adapter(TrainingJob job, Backbone backbone)
      throws IOException {
    ArtifactFolder folder = ArtifactFolder.at(job.getStart());
    folder.recover();
    JobResult start =
        folder
            .read(JobResult.getDefaultInstance())
            .orElseThrow(
                () ->
                    HydraException.failed(
                        "the training whose adapter it starts from is not finished: %s"
                            .formatted(job.getStart())));
    if (!start.getJobId().equals(job.getKey().getStartJob())) {
      throw HydraException.failed(
          "%s holds job %s, this one was to start from %s"
              .formatted(job.getStart(), start.getJobId(), job.getKey().getStartJob()));
    }
    folder.verify();
    try (LocalAdapter files = LocalAdapter.of(job.getStart())) {
      AdapterCheckpoint checkpoint = AdapterCheckpoint.load(files.folder());
      checkpoint.requireTrainedOn(backbone, Path.of(job.getStart()));
      Map<String, HostTensor> values = new LinkedHashMap<>(checkpoint.trained());
      values.keySet().removeAll(OF_ITS_TASK);
      return values;
    }
  }
}
