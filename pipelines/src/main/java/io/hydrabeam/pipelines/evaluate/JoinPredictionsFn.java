package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.model.metrics.MetricException;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.HiddenPredictions;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Layout;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.ShardScore;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** Joins a job's predictions in shard order and makes its score of what the metric has gathered. */
final class JoinPredictionsFn extends DoFn<KV<String, ShardScore>, EvaluatedJob> {
  private static final long serialVersionUID = 1L;

  private final String folder;
  private final Map<String, DatasetInfo> infos;

  /**
   * Whether predictions are ordered as the benchmark's index, and sizes told for its leaderboard.
   */
  private final boolean leaderboard;

  /**
   * @param folder of the evaluation
   * @param infos of the tasks, by name
   * @param layout of the benchmark
   */
  JoinPredictionsFn(String folder, Map<String, DatasetInfo> infos, Layout layout) {
    this.folder = folder;
    this.infos = Map.copyOf(infos);
    this.leaderboard = layout == Layout.VISION_DATASETS;
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
      if (!counts.getHiddenFailure().isEmpty()) {
        // The score stands without them; the next evaluation tries both again.
        out.output(
            failed(counts, "its hidden records were not predicted: " + counts.getHiddenFailure()));
      }
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
          "%s: %d records were scored of %d"
              .formatted(job.getFolder(), counts.getImages(), test.getImages()));
    }
    double value = MetricAccumulator.fromProto(counts.getMetric()).value();
    EvaluationFiles files = new EvaluationFiles(folder);
    String path = files.joined();
    int shards = test.getShardLengthCount();
    String name = "predictions/%s/%s.jsonl".formatted(key.getTask(), job.getJobId());
    StoredFile stored =
        leaderboard
            ? files.merge(counts.getDeterminantsHash(), shards, path, name)
            : files.join(counts.getDeterminantsHash(), shards, path, name);
    Score.Builder score =
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
            .setPredictions(stored.name())
            .setPredictionsHash(stored.sha256())
            .setAdapterHash(job.getFileHashOrDefault(AdapterCheckpoint.TENSORS, ""))
            .setDeterminantsHash(counts.getDeterminantsHash())
            .addAllAlso(Measures.of(info.getTask(), () -> Predictions.open(path)))
            .setImageOptions(info.getImageOptions())
            .setTotalParameters(job.getTotalParameters());
    Optional<SplitInfo> hidden = ExampleFolder.hidden(info);
    if (hidden.isEmpty() || !counts.getHiddenFailure().isEmpty()) {
      return EvaluatedJobs.of(score.build(), job, path, stored, leaderboard);
    }
    String hiddenPath = files.joined();
    StoredFile file = joinHidden(counts, hidden.get(), hiddenPath);
    score.setHidden(
        HiddenPredictions.newBuilder()
            .setFile(file.name())
            .setSha256(file.sha256())
            .setRecords(counts.getHiddenRecords())
            .setContentHash(hidden.get().getContentHash()));
    return EvaluatedJobs.withHidden(
        EvaluatedJobs.of(score.build(), job, path, stored, leaderboard), hiddenPath, file);
  }

  /** In the tables' order, which a server's file has. */
  private StoredFile joinHidden(ShardScore counts, SplitInfo hidden, String path)
      throws IOException {
    JobResult job = counts.getJob();
    if (counts.getHiddenRecords() != hidden.getImages()) {
      throw new IllegalStateException(
          "%s: %d hidden records were predicted of %d"
              .formatted(job.getFolder(), counts.getHiddenRecords(), hidden.getImages()));
    }
    return new EvaluationFiles(folder)
        .merge(
            EvaluationFiles.hiddenStem(counts.getDeterminantsHash()),
            hidden.getShardLengthCount(),
            path,
            "hidden/%s/%s.jsonl".formatted(job.getKey().getTask(), job.getJobId()));
  }
}
