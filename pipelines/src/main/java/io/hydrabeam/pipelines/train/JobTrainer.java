package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.metrics.MetricException;
import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.model.train.Evaluation;
import io.hydrabeam.model.train.ImageSet;
import io.hydrabeam.model.train.Trainer;
import io.hydrabeam.model.train.TrainerConfig;
import io.hydrabeam.model.train.TrainingFailedException;
import io.hydrabeam.model.train.TrainingGraphs;
import io.hydrabeam.model.train.TrainingInputs;
import io.hydrabeam.model.train.TrainingResult;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * Trains one job from its inputs to its committed folder. What can be expected to go wrong (a loss
 * that is no number, unreadable data, a full disk, no memory on the device) is the job's outcome
 * and leaves others alone; everything else is thrown.
 */
final class JobTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(JobTrainer.class);

  private final ImageSets imageSets;
  private final TrainingGraphs graphs;
  private final TrainingGraphs kept;

  /**
   * @param kept graphs that a sweep's candidates share
   */
  JobTrainer(ImageSets imageSets, TensorFlowRuntime runtime, TrainingGraphs kept) {
    this.imageSets = imageSets;
    this.graphs = TrainingGraphs.single(runtime);
    this.kept = kept;
  }

  /**
   * Trains the job, unless it is finished already.
   *
   * @param onEpoch is told of every epoch that is trained now
   * @throws InterruptedException if the thread was interrupted; the job can be resumed
   */
  JobOutcome train(TrainingJob job, Consumer<EpochRecord> onEpoch) throws InterruptedException {
    JobOutcome.Builder outcome = JobOutcome.newBuilder().setJob(job);
    try {
      Optional<JobResult> finished = finished(job);
      if (finished.isPresent()) {
        // A job that was killed between its commit and its last clean-up still has its state.
        new ResumeFolder(job.getOutput()).clear();
        return outcome.setResult(finished.get()).setSkipped(true).build();
      }
      return outcome.setResult(run(job, onEpoch)).build();
    } catch (IOException e) {
      return failure(outcome, e, HydraException.reason(e));
    } catch (TrainingFailedException
        | HydraException
        | IllegalArgumentException
        | MetricException
        | TensorFlowException e) {
      return failure(outcome, e, String.valueOf(e.getMessage()));
    }
  }

  /** What is stored of a finished job; its key is checked, in case two keys share an id. */
  private static Optional<JobResult> finished(TrainingJob job) throws IOException {
    Optional<JobResult> result =
        ArtifactFolder.at(job.getOutput()).read(JobResult.getDefaultInstance());
    if (result.isPresent() && !JobId.of(result.get().getKey()).equals(job.getJobId())) {
      throw HydraException.failed(
          "%s holds another job (%s); make it again with --force"
              .formatted(job.getOutput(), JobId.of(result.get().getKey())));
    }
    return result;
  }

  private JobResult run(TrainingJob job, Consumer<EpochRecord> onEpoch)
      throws IOException, TrainingFailedException, InterruptedException {
    long began = System.nanoTime();
    JobKey key = job.getKey();
    DatasetInfo info =
        ExampleFolder.open(
            job.getExamples(),
            key.getBenchmark(),
            key.getTask(),
            ExampleFolder.variant(key.getShots(), key.getSeed()));
    if (!info.getDataHash().equals(key.getDataHash())) {
      throw HydraException.failed(
          "the examples of %s have changed since the job was planned".formatted(key.getTask()));
    }
    Backbone backbone = JobBackbone.load(job.getBackbone(), key);
    TrainerConfig config = JobConfigs.trainer(key, backbone.config());
    ImageSet images = imageSets.load(job.getExamples(), info, key.getTrainSplit());
    LOG.debug("{}: training {}", JobNames.of(job), Recipes.describe(key.getRecipe()));
    ResumeFolder resume = new ResumeFolder(job.getOutput());
    JobResult stored;
    try {
      TrainingResult result =
          Trainer.train(
              config,
              new TrainingInputs(backbone, head(job), images),
              evaluation(job, info),
              resume,
              onEpoch,
              job.getScoreOnly() ? kept : graphs);
      if (result.diverged().isPresent() && key.getShots() == 0) {
        throw new TrainingFailedException(result.diverged().get());
      }
      result.diverged().ifPresent(how -> LOG.debug("{}: {}", JobNames.of(job), how));
      stored =
          JobFiles.commit(
              job, backbone, info.getImageOptions().getResize(), result, secondsSince(began));
      log(job, began, "loss " + String.format(Locale.ROOT, "%.4f", result.lastLoss()));
    } catch (TrainingFailedException e) {
      if (!job.getScoreOnly()) {
        throw e;
      }
      String reason = String.valueOf(e.getMessage());
      stored = JobFiles.commitDiverged(job, reason, secondsSince(began));
      log(job, began, "no score: " + reason);
    }
    resume.clear();
    return stored;
  }

  private static @Nullable Evaluation evaluation(TrainingJob job, DatasetInfo info) {
    JobKey key = job.getKey();
    String split = key.getEvalSplit();
    if (split.isEmpty()) {
      return null;
    }
    // A test split is the task's, whichever of its images are trained on.
    DatasetInfo of =
        split.equals(Splits.TEST)
            ? ExampleFolder.open(job.getExamples(), key.getBenchmark(), key.getTask())
            : info;
    return new SplitScoring(job.getExamples(), of, split, key);
  }

  private static Map<String, HostTensor> head(TrainingJob job) throws IOException {
    return HeadStart.isText(job.getKey()) ? MakeTextHeads.load(job.getHead()) : Map.of();
  }

  private static void log(TrainingJob job, long began, String end) {
    // Candidates are many and short: they are listed in the run's files.
    LOG.atLevel(job.getScoreOnly() ? Level.DEBUG : Level.INFO)
        .log("{}: done in {} s, {}", JobNames.of(job), Math.round(secondsSince(began)), end);
  }

  private static JobOutcome failure(JobOutcome.Builder outcome, Exception e, String reason) {
    String line = reason.strip().replaceAll("\\s*\\R\\s*", " ");
    LOG.warn("{}: failed: {}", JobNames.of(outcome.getJob()), line);
    LOG.debug("{}", JobNames.of(outcome.getJob()), e);
    return outcome.setFailure(line).build();
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
