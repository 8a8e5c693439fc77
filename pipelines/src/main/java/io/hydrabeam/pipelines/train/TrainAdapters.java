package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.common.WorkerHints;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.TrainingJob;
import org.apache.beam.sdk.extensions.protobuf.ProtoCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.resourcehints.ResourceHints;
import org.apache.beam.sdk.values.PCollection;

/**
 * Trains jobs, each on its own: how every one ended comes out, with a failure as an outcome like
 * any other. Jobs are spread over the workers first, as each takes minutes to hours.
 */
final class TrainAdapters extends PTransform<PCollection<TrainingJob>, PCollection<JobOutcome>> {
  private static final long serialVersionUID = 1L;

  private final TrainSetup setup;

  private TrainAdapters(TrainSetup setup) {
    this.setup = setup;
  }

  static TrainAdapters of(TrainSetup setup) {
    return new TrainAdapters(setup);
  }

  @Override
  public PCollection<JobOutcome> expand(PCollection<TrainingJob> jobs) {
    ResourceHints hints = WorkerHints.of(jobs.getPipeline().getOptions());
    return jobs.apply("SpreadJobs", Reshuffle.viaRandomKey())
        .apply("TrainJob", ParDo.of(new TrainJobFn(setup)).setResourceHints(hints))
        .setCoder(ProtoCoder.of(JobOutcome.class));
  }
}
