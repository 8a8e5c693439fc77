package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.TrainingJob;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.jspecify.annotations.Nullable;

/**
 * Trains a job, or some that are stacked: a long element. Safe to be retried or run twice: a
 * finished job is found and skipped, an unfinished one goes on from its stored state, and of two
 * attempts the first commit wins.
 */
final class TrainJobFn extends DoFn<List<TrainingJob>, JobOutcome> {
  private static final long serialVersionUID = 1L;

  private final Counter trained = Metrics.counter(TrainJobFn.class, "jobsTrained");
  private final Counter skipped = Metrics.counter(TrainJobFn.class, "jobsSkipped");
  private final Counter failed = Metrics.counter(TrainJobFn.class, "jobsFailed");
  private final Counter epochs = Metrics.counter(TrainJobFn.class, "epochs");

  private final TrainSetup setup;
  private transient @Nullable JobTrainer trainer;

  TrainJobFn(TrainSetup setup) {
    this.setup = setup;
  }

  @Setup
  public void open() {
    TensorFlowRuntime runtime = setup.runtime();
    try {
      var unused = runtime.sessionConfig();
    } catch (IllegalStateException e) {
      throw HydraException.failed(String.valueOf(e.getMessage()));
    }
    trainer = new JobTrainer(setup, KeptGraphs.join(runtime));
  }

  @ProcessElement
  public void process(@Element List<TrainingJob> stack, OutputReceiver<JobOutcome> out)
      throws InterruptedException {
    JobTrainer ready = trainer;
    if (ready == null) {
      throw new IllegalStateException("an element came before the set-up");
    }
    Progress jobs = Progress.of("train", "jobs");
    Progress done = Progress.of("train", "epochs");
    List<JobOutcome> outcomes =
        ready.train(
            stack,
            epoch -> {
              epochs.inc();
              done.done(1);
            });
    for (JobOutcome outcome : outcomes) {
      count(outcome, jobs, done);
      out.output(outcome);
    }
  }

  private void count(JobOutcome outcome, Progress jobs, Progress done) {
    if (outcome.hasFailure()) {
      failed.inc();
      jobs.failed(1);
    } else if (outcome.getSkipped()) {
      skipped.inc();
      jobs.done(1);
      done.done(outcome.getJob().getKey().getRecipe().getEpochs());
    } else {
      trained.inc();
      jobs.done(1);
    }
  }

  @Teardown
  public void close() {
    if (trainer != null) {
      trainer = null;
      KeptGraphs.leave(setup.runtime());
    }
  }
}
