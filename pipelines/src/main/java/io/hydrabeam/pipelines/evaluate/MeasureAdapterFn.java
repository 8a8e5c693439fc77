package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.adapters.DeltaSpectra;
import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.model.metrics.MetricException;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.jobs.FailureText;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.RecordSample;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.protos.Ablation;
import io.hydrabeam.protos.AdapterMeasures;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into the adapters of a job: what merging them adds to each layer's weight, and what remains
 * of the score, on some test images, when one kind of branch is taken away. The scores of the table
 * do not depend on it.
 */
final class MeasureAdapterFn extends DoFn<EvaluationShard, EvaluatedJob> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(MeasureAdapterFn.class);

  private final EvaluateSetup setup;

  MeasureAdapterFn(EvaluateSetup setup) {
    this.setup = setup;
  }

  @ProcessElement
  public void process(@Element EvaluationShard whole, OutputReceiver<EvaluatedJob> out)
      throws InterruptedException {
    JobResult job = whole.getJob();
    EvaluatedJob.Builder end = EvaluatedJob.newBuilder();
    try {
      end.setMeasures(setup.attempt(() -> measure(whole)));
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      end.setFailure(
          EvaluationPlan.failure(
              whole.getRun(), job, "its adapters were not measured: " + FailureText.of(e)));
    }
    out.output(end.build());
  }

  private AdapterMeasures measure(EvaluationShard whole) throws IOException {
    MergedModel.Parts parts = MergedModel.load(whole.getJob(), whole.getBackbone());
    AdapterCheckpoint checkpoint = parts.checkpoint();
    HydraConfig hydra = checkpoint.config().hydra();
    AdapterMeasures.Builder measures =
        AdapterMeasures.newBuilder().setRun(whole.getRun()).setJobId(whole.getJob().getJobId());
    if (hydra == null) {
      return measures.build();
    }
    measures.addAllSpectrum(
        DeltaSpectra.of(parts.backbone().parameters(), checkpoint.trained(), hydra));
    if (setup.ablationImages() > 0 && hydra.branches() == Branches.BOTH) {
      List<StoredRecord> sample = sample(whole);
      try {
        for (Branches kept : List.of(Branches.BOTH, Branches.PARALLEL, Branches.SEQUENTIAL)) {
          MergedModel model = MergedModel.of(checkpoint.keeping(kept), parts.backbone());
          measures.addAblation(
              Ablation.newBuilder()
                  .setKept(kept)
                  .setImages(sample.size())
                  .setScore(score(model, whole.getInfo().getTask(), sample)));
        }
      } catch (MetricException e) {
        measures.clearAblation();
        LOG.info(
            "{}: the branches' shares are not told: on {} images, {}",
            whole.getJob().getFolder(),
            sample.size(),
            e.getMessage());
      }
    }
    return measures.build();
  }

  private List<StoredRecord> sample(EvaluationShard whole) throws IOException {
    long all = ExampleFolder.split(whole.getInfo(), Splits.TEST).getImages();
    return RecordSample.read(
        whole.getExamples(),
        whole.getInfo(),
        Splits.TEST,
        RecordSample.spread(all, setup.ablationImages()));
  }

  private double score(MergedModel model, Task task, List<StoredRecord> sample) throws IOException {
    MetricAccumulator metric =
        MetricAccumulator.of(
            task.getMetric(), task.getClasses(), task.getMultilabel(), counts(task, sample));
    try (Classifier classifier = model.open(setup.model())) {
      for (int from = 0; from < sample.size(); from += setup.model().batch()) {
        List<StoredRecord> batch =
            sample.subList(from, Math.min(sample.size(), from + setup.model().batch()));
        float[][] probabilities = ModelOutputs.of(classifier, task, batch);
        for (int i = 0; i < batch.size(); i++) {
          metric.add(probabilities[i], batch.get(i).number(), batch.get(i).labels());
        }
      }
    }
    return metric.value();
  }

  private static List<Long> counts(Task task, List<StoredRecord> sample) {
    long[] counts = new long[task.getClasses()];
    for (StoredRecord image : sample) {
      for (int label : image.labels()) {
        counts[label]++;
      }
    }
    List<Long> boxed = new ArrayList<>();
    for (long count : counts) {
      boxed.add(count);
    }
    return boxed;
  }
}
