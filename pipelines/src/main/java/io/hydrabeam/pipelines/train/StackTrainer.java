package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.model.train.Trainer;
import io.hydrabeam.model.train.TrainingFailedException;
import io.hydrabeam.model.train.TrainingGraphs;
import io.hydrabeam.model.train.TrainingOutcome;
import io.hydrabeam.pipelines.jobs.AttemptLog;
import io.hydrabeam.pipelines.jobs.FailureText;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains jobs in one graph, each with its own folder, attempts and outcome. It tries once: what is
 * finished, has taken a worker down or goes wrong in a way that may pass is left to {@link
 * JobTrainer}, alone and from its last stored state.
 */
final class StackTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(StackTrainer.class);

  private final JobTrainer single;
  private final TrainSetup setup;
  private final TrainingGraphs graphs;

  StackTrainer(JobTrainer single, TrainSetup setup, TrainingGraphs graphs) {
    this.single = single;
    this.setup = setup;
    this.graphs = graphs;
  }

  /** A job of the stack, and what is on disk of it. */
  private record Member(JobTrainer.Prepared prepared, ResumeFolder resume, AttemptLog attempts) {

    TrainingJob job() {
      return prepared.job();
    }
  }

  /**
   * Trains what can be trained together.
   *
   * @return outcomes by job id; none of jobs that are to be trained alone
   */
  Map<String, JobOutcome> train(List<TrainingJob> jobs, Consumer<EpochRecord> onEpoch)
      throws InterruptedException {
    try {
      List<Member> members = new ArrayList<>();
      for (TrainingJob job : jobs) {
        ResumeFolder resume = new ResumeFolder(job.getOutput());
        AttemptLog attempts = new AttemptLog(job.getOutput(), setup.launch());
        if (JobTrainer.finished(job).isEmpty() && attempts.deaths(resume.epochs()).ever() == 0) {
          members.add(new Member(single.prepare(job, resume, onEpoch), resume, attempts));
        }
      }
      return members.size() < 2 ? Map.of() : setup.slots().run(() -> recorded(members));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | OutOfMemoryError e) {
      LOG.info("{} stacked jobs: {}; each is trained alone", jobs.size(), FailureText.of(e));
      return Map.of();
    }
  }

  private Map<String, JobOutcome> recorded(List<Member> members)
      throws IOException, TrainingFailedException, InterruptedException {
    long began = System.nanoTime();
    List<TrainingOutcome> ends;
    try {
      for (Member member : members) {
        member.attempts().begin(member.resume().epochs());
      }
      ends =
          Trainer.trainStacked(
              members.stream().map(member -> member.prepared().training()).toList(), graphs);
    } finally {
      for (Member member : members) {
        member.attempts().end();
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9 / members.size();
    Map<String, JobOutcome> outcomes = new HashMap<>();
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      JobOutcome.Builder outcome = single.outcome(member.job());
      try {
        outcome.setResult(
            JobTrainer.commit(member.prepared(), ends.get(i), members.size(), seconds));
        member.resume().clear();
        member.attempts().clear();
        outcomes.put(member.job().getJobId(), outcome.build());
      } catch (IOException | TrainingFailedException | RuntimeException e) {
        // What may pass is tried again alone.
        if (!setup.retry().again(e, 1)) {
          outcomes.put(member.job().getJobId(), JobTrainer.failure(outcome, FailureText.of(e)));
        }
      }
    }
    return outcomes;
  }
}
