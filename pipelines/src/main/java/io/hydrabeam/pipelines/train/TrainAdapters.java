package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.common.WorkerHints;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.TrainingJob;
import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.extensions.protobuf.ProtoCoder;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.resourcehints.ResourceHints;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Trains jobs, each on its own: how every one ended comes out, with a failure as an outcome like
 * any other. Jobs that can be stacked come together, up to the wanted number. Jobs are spread over
 * the workers first, as each takes minutes to hours.
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
    return stacks(jobs)
        .setCoder(ListCoder.of(ProtoCoder.of(TrainingJob.class)))
        .apply("SpreadJobs", Reshuffle.viaRandomKey())
        .apply("TrainJob", ParDo.of(new TrainJobFn(setup)).setResourceHints(hints))
        .setCoder(ProtoCoder.of(JobOutcome.class));
  }

  private PCollection<List<TrainingJob>> stacks(PCollection<TrainingJob> jobs) {
    TypeDescriptor<List<TrainingJob>> type =
        TypeDescriptors.lists(TypeDescriptor.of(TrainingJob.class));
    int size = setup.stack();
    if (size == 1) {
      return jobs.apply("EachAlone", MapElements.into(type).via(job -> List.of(job)));
    }
    return jobs.apply("ByStack", WithKeys.of(JobStacks::key).withKeyType(TypeDescriptors.strings()))
        .apply("GatherStacks", GroupByKey.create())
        .apply(
            "CutStacks",
            FlatMapElements.into(type).via(group -> JobStacks.of(group.getValue(), size)));
  }
}
