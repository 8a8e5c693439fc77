package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.model.train.Evaluation;
import io.hydrabeam.model.train.Trainer;
import io.hydrabeam.model.train.TrainerConfig;
import io.hydrabeam.model.train.Training;
import io.hydrabeam.model.train.TrainingFailedException;
import io.hydrabeam.model.train.TrainingGraphs;
import io.hydrabeam.model.train.TrainingInputs;
import io.hydrabeam.model.train.TrainingOutcome;
import io.hydrabeam.model.train.TrainingResult;
import io.hydrabeam.model.train.TrainingSet;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.jobs.AttemptLog;
import io.hydrabeam.pipelines.jobs.FailureText;
import io.hydrabeam.pipelines.jobs.JobSlots;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Trains one job from its inputs to its committed folder. Whatever goes wrong (a loss that is no
 * number, unreadable data, a full disk, no memory) is the job's outcome and leaves others alone;
 * what may pass is tried again, alone in this process and from the last stored state. A job that
 * took its worker down too often is not started again.
 */
final class JobTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(JobTrainer.class);

  private static final String DIED =
      "its worker died in each of %d attempts, so it is not started again: give workers more memory"
          + " or lower --batch or --jobsAtOnce; the next launch tries it again";

  private final TrainSetup setup;
  private final TrainingSets trainingSets;
  private final TrainingGraphs graphs;

  /**
   * @param setup of the worker
   * @param graphs that jobs share which differ in seeds and rates only
   */
  JobTrainer(TrainSetup setup, TrainingGraphs graphs) {
    this.setup = setup;
    this.trainingSets = new TrainingSets(setup.memoryBudget());
    this.graphs = graphs;
  }

  /**
   * Trains the jobs, unless they are finished already: in one graph those that can be, and alone
   * what is left.
   *
   * @param stack jobs of one {@link JobStacks#key}
   * @param onEpoch is told of every epoch that is trained now
   * @throws InterruptedException if the thread was interrupted; the job can be resumed
   */
  List<JobOutcome> train(List<TrainingJob> stack, Consumer<EpochRecord> onEpoch)
      throws InterruptedException {
    Map<String, JobOutcome> done =
        stack.size() == 1 ? Map.of() : new StackTrainer(this, setup, graphs).train(stack, onEpoch);
    List<JobOutcome> outcomes = new ArrayList<>();
    for (TrainingJob job : stack) {
      JobOutcome outcome = done.get(job.getJobId());
      outcomes.add(outcome == null ? train(job, onEpoch) : outcome);
    }
    return outcomes;
  }

  /** Trains a job in a graph of its own. */
  JobOutcome train(TrainingJob job, Consumer<EpochRecord> onEpoch) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(job, attempt > 1, onEpoch);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | OutOfMemoryError e) {
        if (!setup.retry().again(e, attempt)) {
          LOG.debug("{}", JobNames.of(job), e);
          return failure(outcome(job), FailureText.of(e));
        }
        LOG.info("{}: {}; it is tried again", JobNames.of(job), FailureText.of(e));
        setup.retry().pause(attempt);
      }
    }
  }

  /**
   * Tries a job once, if that is worth it.
   *
   * @param alone whether nothing else may go on in this process
   */
  private JobOutcome once(TrainingJob job, boolean alone, Consumer<EpochRecord> onEpoch)
      throws Exception {
    JobOutcome.Builder outcome = outcome(job);
    ResumeFolder resume = new ResumeFolder(job.getOutput());
    AttemptLog attempts = new AttemptLog(job.getOutput(), setup.launch());
    Optional<JobResult> finished = finished(job);
    if (finished.isPresent()) {
      // A job that was killed between its commit and its last clean-up still has these.
      resume.clear();
      attempts.clear();
      return outcome.setResult(finished.get()).setSkipped(true).build();
    }
    AttemptLog.Deaths deaths = attempts.deaths(resume.epochs());
    if (deaths.sinceProgress() >= setup.retry().maxAttempts()) {
      return failure(outcome, DIED.formatted(deaths.sinceProgress()));
    }
    JobSlots.Work<JobResult, Exception> work = () -> recorded(job, resume, attempts, onEpoch);
    boolean suspect = deaths.ever() > 0;
    JobResult result = alone || suspect ? setup.slots().runAlone(work) : setup.slots().run(work);
    return outcome.setResult(result).build();
  }

  private JobResult recorded(
      TrainingJob job, ResumeFolder resume, AttemptLog attempts, Consumer<EpochRecord> onEpoch)
      throws IOException, TrainingFailedException, InterruptedException {
    attempts.begin(resume.epochs());
    JobResult result;
    try {
      result = run(job, resume, onEpoch);
    } finally {
      attempts.end(); // not reached if the process dies, which is what the record is for
    }
    resume.clear();
    attempts.clear();
    return result;
  }

  /** What is stored of a finished job; its key is checked, in case two keys share an id. */
  static Optional<JobResult> finished(TrainingJob job) throws IOException {
    ArtifactFolder folder = ArtifactFolder.at(job.getOutput());
    folder.recover();
    Optional<JobResult> result = folder.read(JobResult.getDefaultInstance());
    if (result.isPresent() && !JobId.of(result.get().getKey()).equals(job.getJobId())) {
      throw HydraException.failed(
          "%s holds another job (%s); make it again with --force"
              .formatted(job.getOutput(), JobId.of(result.get().getKey())));
    }
    return result;
  }

  private JobResult run(TrainingJob job, ResumeFolder resume, Consumer<EpochRecord> onEpoch)
      throws IOException, TrainingFailedException, InterruptedException {
    long began = System.nanoTime();
    Prepared prepared = prepare(job, resume, onEpoch);
    TrainingOutcome outcome = Trainer.trainStacked(List.of(prepared.training()), graphs).get(0);
    return commit(prepared, outcome, 1, secondsSince(began));
  }

  /** A job that is ready to be trained. */
  record Prepared(TrainingJob job, DatasetInfo info, Training training) {}

  /** Opens a job's inputs. */
  Prepared prepare(TrainingJob job, ResumeFolder resume, Consumer<EpochRecord> onEpoch)
      throws IOException {
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
    TrainingSet set = trainingSets.load(job.getExamples(), info, key.getTrainSplit());
    LOG.debug("{}: training {}", JobNames.of(job), Recipes.describe(key.getRecipe()));
    TrainingInputs inputs = new TrainingInputs(backbone, GivenValues.of(job, backbone), set);
    return new Prepared(
        job, info, new Training(config, inputs, evaluation(job, info), resume, onEpoch));
  }

  /**
   * Writes what has become of a job.
   *
   * @param stacked jobs that were trained with it in one graph, itself included
   * @param seconds that it took, its share of theirs
   */
  static JobResult commit(Prepared prepared, TrainingOutcome outcome, int stacked, double seconds)
      throws IOException, TrainingFailedException {
    TrainingJob job = prepared.job();
    JobKey key = job.getKey();
    DatasetInfo info = prepared.info();
    Backbone backbone = prepared.training().inputs().backbone();
    JobResult stored;
    try {
      TrainingResult result = outcome.get();
      if (result.diverged().isPresent() && key.getShots() == 0) {
        throw new TrainingFailedException(result.diverged().get());
      }
      result.diverged().ifPresent(how -> LOG.debug("{}: {}", JobNames.of(job), how));
      stored = JobFiles.commit(job, backbone, info, result, stacked, seconds);
      log(job, seconds, "loss " + String.format(Locale.ROOT, "%.4f", result.lastLoss()));
    } catch (TrainingFailedException e) {
      if (!job.getScoreOnly()) {
        throw e;
      }
      String reason = String.valueOf(e.getMessage());
      stored = JobFiles.commitDiverged(job, reason, seconds);
      log(job, seconds, "no score: " + reason);
    }
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

  private static void log(TrainingJob job, double seconds, String end) {
    // Candidates are many and short: they are listed in the run's files.
    LOG.atLevel(job.getScoreOnly() ? Level.DEBUG : Level.INFO)
        .log("{}: done in {} s, {}", JobNames.of(job), Math.round(seconds), end);
  }

  JobOutcome.Builder outcome(TrainingJob job) {
    return JobOutcome.newBuilder().setJob(job).setLaunch(setup.launch());
  }

  static JobOutcome failure(JobOutcome.Builder outcome, String line) {
    LOG.warn("{}: failed: {}", JobNames.of(outcome.getJob()), line);
    return outcome.setFailure(line).build();
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
