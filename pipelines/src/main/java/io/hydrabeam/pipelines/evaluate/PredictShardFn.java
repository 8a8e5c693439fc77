package io.hydrabeam.pipelines.evaluate;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.pipelines.common.TopOne;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.ImageRecords;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.ShardScore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * Classifies the images of a test shard with one job's merged model, a batch at a time: a line of
 * predictions for each image goes to a file, the counts go on. Output: the job's run and id, and
 * its {@link ShardScore}.
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
  public void process(@Element EvaluationShard shard, OutputReceiver<KV<String, ShardScore>> out)
      throws InterruptedException {
    ShardScore score;
    try {
      score = setup.slots().run(() -> predict(shard));
    } catch (IOException e) {
      score = failure(shard, HydraException.reason(e));
    } catch (HydraException | IllegalArgumentException | TensorFlowException e) {
      score = failure(shard, String.valueOf(e.getMessage()));
    }
    out.output(KV.of(shard.getRun() + "/" + shard.getJob().getJobId(), score));
  }

  /** Frees the models that are kept for further shards; they are made anew if there are any. */
  @Teardown
  public void close() {
    Classifiers.shared().closeIdle();
  }

  private ShardScore failure(EvaluationShard shard, String reason) {
    String line = reason.strip().replaceAll("\\s*\\R\\s*", " ");
    // The stage lists the job once; this is about each of its shards.
    LOG.debug("{}: not scored: {}", shard.getJob().getFolder(), line);
    failed.inc();
    return counts(shard).setFailure(line.isEmpty() ? "no reason given" : line).build();
  }

  private static ShardScore.Builder counts(EvaluationShard shard) {
    return ShardScore.newBuilder().setRun(shard.getRun()).setJob(shard.getJob());
  }

  private ShardScore predict(EvaluationShard shard) throws IOException {
    JobResult job = shard.getJob();
    ShardScore.Builder score = counts(shard);
    try (Classifiers.Lease lease =
        Classifiers.shared().take(job, shard.getBackbone(), setup.batch(), setup.runtime())) {
      new EvaluationFiles(setup.folder())
          .writeShard(
              shard.getRun(),
              job.getJobId(),
              shard.getShard(),
              out -> classify(shard, lease.classifier(), score, out));
    }
    return score.build();
  }

  private void classify(
      EvaluationShard shard, Classifier classifier, ShardScore.Builder score, OutputStream out)
      throws IOException {
    List<String> paths = ExampleFolder.shards(shard.getExamples(), shard.getInfo(), Splits.TEST);
    String path = paths.get(shard.getShard());
    List<ImageRecord> batch = new ArrayList<>();
    try (ImageRecords records = ImageRecords.open(path, shard.getInfo().getImageOptions())) {
      for (ImageRecord record; (record = records.next()) != null; ) {
        batch.add(record);
        if (batch.size() == setup.batch()) {
          classifyBatch(batch, classifier, score, out);
          batch.clear();
        }
      }
    }
    if (!batch.isEmpty()) {
      classifyBatch(batch, classifier, score, out);
    }
    long expected =
        ExampleFolder.split(shard.getInfo(), Splits.TEST).getShardLength(shard.getShard());
    if (score.getImages() != expected) {
      throw new IOException(
          "%s has %d images, its marker says %d".formatted(path, score.getImages(), expected));
    }
  }

  private void classifyBatch(
      List<ImageRecord> batch, Classifier classifier, ShardScore.Builder score, OutputStream out)
      throws IOException {
    int length = batch.get(0).rgb().length;
    byte[] pixels = new byte[batch.size() * length];
    for (int i = 0; i < batch.size(); i++) {
      byte[] rgb = batch.get(i).rgb();
      if (rgb.length != length) {
        throw new IOException("image %s has another size".formatted(batch.get(i).key()));
      }
      System.arraycopy(rgb, 0, pixels, i * length, length);
    }
    float[][] probabilities = classifier.probabilities(pixels, batch.size());
    for (int i = 0; i < batch.size(); i++) {
      ImageRecord record = batch.get(i);
      int predicted = TopOne.of(probabilities[i]);
      if (predicted == record.label()) {
        score.setCorrect(score.getCorrect() + 1);
      }
      out.write(line(record, predicted, probabilities[i]).getBytes(StandardCharsets.UTF_8));
    }
    score.setImages(score.getImages() + batch.size());
    images.inc(batch.size());
    Progress.of("evaluate", "images").done(batch.size());
  }

  private static String line(ImageRecord record, int predicted, float[] probabilities) {
    StringBuilder line = new StringBuilder(32 + 12 * probabilities.length);
    line.append("{\"key\":\"").append(JsonStringEncoder.getInstance().quoteAsString(record.key()));
    line.append("\",\"label\":").append(record.label());
    line.append(",\"predicted\":").append(predicted).append(",\"probabilities\":[");
    for (int i = 0; i < probabilities.length; i++) {
      line.append(i == 0 ? "" : ",").append(probabilities[i]);
    }
    return line.append("]}\n").toString();
  }
}
