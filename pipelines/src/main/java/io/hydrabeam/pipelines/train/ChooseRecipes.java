package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.TrainingJob;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.extensions.protobuf.ProtoCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * The second half of a tuning: of each group of candidates the one with the best validation score
 * goes on to be trained on all training images.
 */
final class ChooseRecipes extends PTransform<PCollection<JobOutcome>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  /** Jobs that follow. */
  static final TupleTag<TrainingJob> CHOSEN =
      new TupleTag<>("chosen") {
        private static final long serialVersionUID = 1L;
      };

  /** Groups without a finished candidate, as the outcome of the job that cannot follow. */
  static final TupleTag<JobOutcome> LOST =
      new TupleTag<>("lost") {
        private static final long serialVersionUID = 1L;
      };

  private final Protocol protocol;

  private ChooseRecipes(Protocol protocol) {
    this.protocol = protocol;
  }

  /**
   * @param protocol of the trainings that follow
   */
  static ChooseRecipes of(Protocol protocol) {
    return new ChooseRecipes(protocol);
  }

  @Override
  public PCollectionTuple expand(PCollection<JobOutcome> candidates) {
    PCollectionTuple made =
        candidates
            .apply(
                "ByGroup",
                WithKeys.of((JobOutcome outcome) -> outcome.getJob().getTuningGroup())
                    .withKeyType(TypeDescriptors.strings()))
            .apply("GatherGroups", GroupByKey.create())
            .apply(
                "ChooseBest",
                ParDo.of(new ChooseFn(protocol)).withOutputTags(CHOSEN, TupleTagList.of(LOST)));
    made.get(CHOSEN).setCoder(ProtoCoder.of(TrainingJob.class));
    made.get(LOST).setCoder(ProtoCoder.of(JobOutcome.class));
    return made;
  }

  /**
   * The best of a group: the highest score; of equal ones the first in the grid. Candidates that
   * failed do not compete; they are listed with the failures.
   */
  static Optional<JobOutcome> best(List<JobOutcome> group) {
    return group.stream()
        .filter(outcome -> outcome.hasResult() && outcome.getResult().hasEvalScore())
        .min(
            Comparator.comparingDouble((JobOutcome outcome) -> -outcome.getResult().getEvalScore())
                .thenComparingInt(outcome -> outcome.getJob().getTuningOrder()));
  }

  private static final class ChooseFn extends DoFn<KV<String, Iterable<JobOutcome>>, TrainingJob> {
    private static final long serialVersionUID = 1L;

    private final Protocol protocol;

    ChooseFn(Protocol protocol) {
      this.protocol = protocol;
    }

    @ProcessElement
    public void process(@Element KV<String, Iterable<JobOutcome>> group, MultiOutputReceiver out) {
      List<JobOutcome> candidates =
          StreamSupport.stream(group.getValue().spliterator(), false).toList();
      Optional<JobOutcome> best = best(candidates);
      if (best.isPresent()) {
        String score =
            String.format(Locale.ROOT, "%.1f %%", 100 * best.get().getResult().getEvalScore());
        out.get(CHOSEN)
            .output(
                JobExpansion.afterTuning(best.get().getJob(), candidates.size(), protocol, score));
        return;
      }
      TrainingJob first =
          candidates.stream()
              .map(JobOutcome::getJob)
              .min(Comparator.comparingInt(TrainingJob::getTuningOrder))
              .orElseThrow();
      out.get(LOST)
          .output(
              JobOutcome.newBuilder()
                  .setJob(
                      JobExpansion.afterTuning(first, candidates.size(), protocol, "none finished"))
                  .setFailure(
                      "none of its %d tuning candidates finished".formatted(candidates.size()))
                  .build());
    }
  }
}
