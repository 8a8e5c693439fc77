package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.TrainingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.extensions.protobuf.ProtoCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Searches learning rate and weight decay of final jobs with {@link Sweep}: a round of trainings
 * after the other, those of a round independent of each other over all jobs and rates. The rounds
 * stand in the graph one by one, as their number is fixed.
 */
final class RunSweeps extends PTransform<PCollection<TrainingJob>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  /** Final jobs with the chosen numbers. */
  static final TupleTag<TrainingJob> CHOSEN =
      new TupleTag<>("chosen") {
        private static final long serialVersionUID = 1L;
      };

  /** How the candidates ended, and final jobs whose sweep had no result. */
  static final TupleTag<JobOutcome> OUTCOMES =
      new TupleTag<>("outcomes") {
        private static final long serialVersionUID = 1L;
      };

  private final Sweep sweep;
  private final TrainSetup setup;

  private RunSweeps(Sweep sweep, TrainSetup setup) {
    this.sweep = sweep;
    this.setup = setup;
  }

  static RunSweeps of(Sweep sweep, TrainSetup setup) {
    return new RunSweeps(sweep, setup);
  }

  @Override
  public PCollectionTuple expand(PCollection<TrainingJob> finals) {
    PCollectionList<JobOutcome> done =
        PCollectionList.of(
            finals
                .apply("ListCoarse", ParDo.of(new CoarseFn(sweep)))
                .setCoder(ProtoCoder.of(TrainingJob.class))
                .apply("TrainCoarse", TrainAdapters.of(setup)));
    for (int round = 1; round < DecaySearch.ROUNDS; round++) {
      done =
          done.and(
              done.apply("Join" + round, Flatten.pCollections())
                  .apply(
                      "ByRate" + round,
                      WithKeys.of((JobOutcome outcome) -> rateKey(outcome.getJob()))
                          .withKeyType(TypeDescriptors.strings()))
                  .apply("GatherRate" + round, GroupByKey.create())
                  .apply("Narrow" + round, ParDo.of(new NarrowFn(sweep, round)))
                  .setCoder(ProtoCoder.of(TrainingJob.class))
                  .apply("TrainRound" + round, TrainAdapters.of(setup)));
    }
    PCollection<JobOutcome> outcomes = done.apply("JoinRounds", Flatten.pCollections());
    PCollectionTuple chosen = choose(finals, outcomes);
    PCollection<JobOutcome> all =
        PCollectionList.of(outcomes)
            .and(chosen.get(OUTCOMES))
            .apply("AllOutcomes", Flatten.pCollections());
    return PCollectionTuple.of(CHOSEN, chosen.get(CHOSEN)).and(OUTCOMES, all);
  }

  private PCollectionTuple choose(
      PCollection<TrainingJob> finals, PCollection<JobOutcome> outcomes) {
    PCollectionTuple made =
        KeyedPCollectionTuple.of(
                ChooseFn.FINAL,
                finals.apply(
                    "FinalsByGroup",
                    WithKeys.of(TrainingJob::getTuningGroup)
                        .withKeyType(TypeDescriptors.strings())))
            .and(
                ChooseFn.CANDIDATES,
                outcomes.apply(
                    "ByGroup",
                    WithKeys.of((JobOutcome outcome) -> outcome.getJob().getTuningGroup())
                        .withKeyType(TypeDescriptors.strings())))
            .apply("GatherSweeps", CoGroupByKey.create())
            .apply(
                "Choose",
                ParDo.of(new ChooseFn(sweep)).withOutputTags(CHOSEN, TupleTagList.of(OUTCOMES)));
    made.get(CHOSEN).setCoder(ProtoCoder.of(TrainingJob.class));
    made.get(OUTCOMES).setCoder(ProtoCoder.of(JobOutcome.class));
    return made;
  }

  private static String rateKey(TrainingJob candidate) {
    return candidate.getTuningGroup() + " rate " + Sweep.rateOf(candidate);
  }

  private static <T> List<T> list(Iterable<T> elements) {
    return StreamSupport.stream(elements.spliterator(), false).toList();
  }

  /** Tries that are left out: at the grid's end, or because they must diverge. */
  private static void expectLess(int tries, int epochs) {
    Progress.of("train", "jobs").expect(-tries);
    Progress.of("train", "epochs").expect(-(long) tries * epochs);
  }

  /** The first round of all rates. */
  private static final class CoarseFn extends DoFn<TrainingJob, TrainingJob> {
    private static final long serialVersionUID = 1L;

    private final Sweep sweep;

    CoarseFn(Sweep sweep) {
      this.sweep = sweep;
    }

    @ProcessElement
    public void process(@Element TrainingJob job, OutputReceiver<TrainingJob> out) {
      for (int rate = 0; rate < Sweep.RATES.size(); rate++) {
        List<TrainingJob> tries = sweep.round(0, job, rate, List.of());
        expectLess(DecaySearch.COARSE - tries.size(), job.getKey().getRecipe().getSweepEpochs());
        tries.forEach(out::output);
      }
    }
  }

  /** A later round of one rate. */
  private static final class NarrowFn extends DoFn<KV<String, Iterable<JobOutcome>>, TrainingJob> {
    private static final long serialVersionUID = 1L;

    /** The two neighbours of the peak. */
    private static final int TRIES_MAX = 2;

    private final Sweep sweep;
    private final int round;

    NarrowFn(Sweep sweep, int round) {
      this.sweep = sweep;
      this.round = round;
    }

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<JobOutcome>> ofRate, OutputReceiver<TrainingJob> out) {
      List<JobOutcome> earlier = list(ofRate.getValue());
      TrainingJob any = earlier.get(0).getJob();
      List<TrainingJob> tries = sweep.round(round, any, Sweep.rateOf(any), earlier);
      expectLess(TRIES_MAX - tries.size(), any.getKey().getRecipe().getEpochs());
      tries.forEach(out::output);
    }
  }

  /** The end of a sweep. */
  private static final class ChooseFn extends DoFn<KV<String, CoGbkResult>, TrainingJob> {
    private static final long serialVersionUID = 1L;

    static final TupleTag<TrainingJob> FINAL =
        new TupleTag<>("final") {
          private static final long serialVersionUID = 1L;
        };

    static final TupleTag<JobOutcome> CANDIDATES =
        new TupleTag<>("candidates") {
          private static final long serialVersionUID = 1L;
        };

    private final Sweep sweep;

    ChooseFn(Sweep sweep) {
      this.sweep = sweep;
    }

    @ProcessElement
    public void process(@Element KV<String, CoGbkResult> group, MultiOutputReceiver out) {
      TrainingJob finalJob = group.getValue().getOnly(FINAL);
      List<JobOutcome> candidates = new ArrayList<>(list(group.getValue().getAll(CANDIDATES)));
      Optional<TrainingJob> chosen = sweep.chosen(finalJob, candidates);
      if (chosen.isPresent()) {
        out.get(CHOSEN).output(chosen.get());
        return;
      }
      Progress.of("train", "jobs").failed(1);
      out.get(OUTCOMES)
          .output(
              JobOutcome.newBuilder()
                  .setJob(finalJob)
                  .setFailure(
                      "none of the %d candidates of its sweep finished"
                          .formatted(candidates.size()))
                  .build());
    }
  }
}
