package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.model.metrics.MetricException;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StoredFile;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.ShardScore;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** Joins a job's predictions in shard order and makes its score of what the metric has gathered. */
final class JoinPredictionsFn extends DoFn<KV<String, ShardScore>, EvaluatedJob> {
  private static final long serialVersionUID = 1L;

  private final String folder;
  private final Map<String, DatasetInfo> infos;

  /**
   * @param folder of the evaluation
   * @param infos of the tasks, by name
   */
  JoinPredictionsFn(String folder, Map<String, DatasetInfo> infos) {
    this.folder = folder;
    this.infos = Map.copyOf(infos);
  }

  @ProcessElement
  public void process(@Element KV<String, ShardScore> element, OutputReceiver<EvaluatedJob> out) {
    ShardScore counts = element.getValue();
    if (!counts.getFailure().isEmpty()) {
      out.output(failed(counts, counts.getFailure()));
      return;
    }
    try {
      out.output(join(counts));
    } catch (MetricException e) {
      out.output(failed(counts, String.valueOf(e.getMessage())));
    } catch (IOException e) {
      throw HydraException.io("write to", folder, e);
    }
  }

  private static EvaluatedJob failed(ShardScore counts, String reason) {
    return EvaluatedJob.newBuilder()
        .setFailure(EvaluationPlan.failure(counts.getRun(), counts.getJob(), reason))
        .build();
  }

  private EvaluatedJob join(ShardScore counts) throws IOException {
    JobResult job = counts.getJob();
    JobKey key = job.getKey();
    DatasetInfo info = infos.get(key.getTask());
    if (info == null) {
      throw new IllegalStateException("no data for " + key.getTask());
    }
    SplitInfo test = ExampleFolder.split(info, Splits.TEST);
    if (counts.getImages() != test.getImages()) {
      throw new IllegalStateException(
          "%s: %d images were scored of %d"
              .formatted(job.getFolder(), counts.getImages(), test.getImages()));
    }
    double value = MetricAccumulator.fromProto(counts.getMetric()).value();
    EvaluationFiles files = new EvaluationFiles(folder);
    String path = files.joined();
    StoredFile stored =
        files.join(
            counts.getRun(),
            job.getJobId(),
            test.getShardLengthCount(),
            path,
            "predictions/%s/%s.jsonl".formatted(key.getTask(), job.getJobId()));
    Score score =
        Score.newBuilder()
            .setJob(key)
            .setJobId(job.getJobId())
            .setRun(counts.getRun())
            .setGroup(info.getTask().getGroup())
            .setDisplayName(info.getTask().getDisplayName())
            .setScore(value)
            .setImages(counts.getImages())
            .setTrainableParameters(job.getTrainableParameters())
            .setTestHash(test.getContentHash())
            .setEpoch(job.getEpoch())
            .build();
    return EvaluatedJob.newBuilder()
        .setScore(score)
        .setPredictions(path)
        .setName(stored.name())
        .setBytes(stored.bytes())
        .setSha256(stored.sha256())
        .build();
  }
}
