package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.pipelines.jobs.FailureText;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.ShardScore;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Classifies the images of test shards with one job's merged model, a batch at a time: a line of
 * predictions for each image goes to the shard's file, what the metric has gathered goes on. Hidden
 * records are predicted likewise, without a metric. A shard that an earlier attempt has finished is
 * read instead. Output: for each shard the job's run and id, and its {@link ShardScore}.
 */
final class PredictShardFn extends DoFn<EvaluationShard, KV<String, ShardScore>> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(PredictShardFn.class);

  private final Counter images = Metrics.counter(PredictShardFn.class, "imagesClassified");
  private final Counter failed = Metrics.counter(PredictShardFn.class, "shardsFailed");

  private final EvaluateSetup setup;

  PredictShardFn(EvaluateSetup setup) {
    this.setup = setup;
  }

  @Setup
  public void open() {
    try {
      var unused = setup.runtime().sessionConfig();
    } catch (IllegalStateException e) {
      throw HydraException.failed(String.valueOf(e.getMessage()));
    }
  }

  @ProcessElement
  public void process(@Element EvaluationShard part, OutputReceiver<KV<String, ShardScore>> out)
      throws InterruptedException {
    for (int shard : part.getShardList()) {
      out.output(KV.of(part.getRun() + "/" + part.getJob().getJobId(), score(part, shard)));
    }
  }

  private ShardScore score(EvaluationShard part, int shard) throws InterruptedException {
    try {
      return setup.attempt(() -> predict(part, shard));
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return failure(part, FailureText.of(e));
    }
  }

  /** Frees the models that are kept for further shards; they are made anew if there are any. */
  @Teardown
  public void close() {
    Classifiers.shared().closeIdle();
  }

  private ShardScore failure(EvaluationShard part, String line) {
    // The stage lists the job once; this is about each of its shards.
    LOG.debug("{}: not scored: {}", part.getJob().getFolder(), line);
    failed.inc();
    return part.getOfHidden()
        ? counts(part).setHiddenFailure(line).build()
        : counts(part).setFailure(line).build();
  }

  private static ShardScore.Builder counts(EvaluationShard part) {
    return ShardScore.newBuilder()
        .setRun(part.getRun())
        .setJob(part.getJob())
        .setDeterminantsHash(part.getDeterminantsHash());
  }

  private ShardScore predict(EvaluationShard part, int shard) throws IOException {
    EvaluationFiles files = new EvaluationFiles(setup.folder());
    String stem = EvaluationFiles.stem(part);
    Optional<ShardTally> found = ShardsLeft.recount(files.shard(stem, shard), part, shard);
    if (found.isPresent()) {
      Progress.of("evaluate", RecordKind.of(part.getInfo().getTask()).many())
          .done(found.get().records());
      return found.get().in(counts(part));
    }
    ShardTally tally = ShardTally.of(part);
    try (Classifiers.Lease lease =
        Classifiers.shared().take(part.getJob(), part.getBackbone(), setup.model())) {
      files.writeShard(stem, shard, out -> classify(part, shard, lease.classifier(), tally, out));
    }
    return tally.in(counts(part));
  }

  private void classify(
      EvaluationShard part, int shard, Classifier classifier, ShardTally tally, OutputStream out)
      throws IOException {
    PredictionLine line = new PredictionLine(part.getInfo().getTask(), !part.getOfHidden());
    SplitInfo split = EvaluationShards.split(part);
    StoredShard stored =
        ExampleFolder.shards(part.getExamples(), part.getInfo(), split.getName()).get(shard);
    List<StoredRecord> batch = new ArrayList<>();
    try (StoredRecords records = StoredRecords.open(stored, part.getInfo().getImageOptions())) {
      for (StoredRecord record; (record = records.next()) != null; ) {
        batch.add(record);
        if (batch.size() == setup.model().batch()) {
          classifyBatch(batch, part.getInfo().getTask(), classifier, tally, line, out);
          batch.clear();
        }
      }
    }
    if (!batch.isEmpty()) {
      classifyBatch(batch, part.getInfo().getTask(), classifier, tally, line, out);
    }
    long expected = split.getShardLength(shard);
    if (tally.records() != expected) {
      throw new IOException(
          "%s has %d records, its marker says %d"
              .formatted(stored.path(), tally.records(), expected));
    }
  }

  private void classifyBatch(
      List<StoredRecord> batch,
      Task task,
      Classifier classifier,
      ShardTally tally,
      PredictionLine line,
      OutputStream out)
      throws IOException {
    float[][] probabilities = ModelOutputs.of(classifier, task, batch);
    for (int i = 0; i < batch.size(); i++) {
      StoredRecord record = batch.get(i);
      // First, as it refuses what is not finite, for every metric alike.
      String text = line.of(record, probabilities[i]);
      tally.add(probabilities[i], record.number(), record.labels());
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    images.inc(batch.size());
    Progress.of("evaluate", RecordKind.of(task).many()).done(batch.size());
  }
}
