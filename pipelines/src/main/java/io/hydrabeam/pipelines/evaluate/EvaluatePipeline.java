package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.PipelineRuns;
import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.common.WorkerHints;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.evaluations.EvaluationId;
import io.hydrabeam.pipelines.evaluations.UnfinishedEvaluations;
import io.hydrabeam.pipelines.report.Alarms;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.page.ReportFiles;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.DiskSpace;
import io.hydrabeam.pipelines.storage.ServerClock;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.Layout;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.ShardScore;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.protobuf.ProtoCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.resourcehints.ResourceHints;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores finished jobs on the test splits: every test shard with every checkpoint, in parallel.
 *
 * <p>Input: {@code <examples>/<benchmark>/<task>/} and {@code <runs>/<runId>/<task>/<jobId>/}.
 * Output: {@code <scores>/<evaluationId>/} with {@code scores.json}, {@code scores.csv}, {@code
 * report.html}, {@code report.md}, {@code predictions/<task>/<jobId>.jsonl}, of hidden records
 * {@code hidden/<task>/<jobId>.jsonl}, {@code provenance.json}, the marker {@code DONE.json}, and
 * for ELEVATER's leaderboard and GLUE's server {@code submission/<row>/}. Every launch is an
 * evaluation of its own, whose id tells its time; scores of which all that determines them is
 * unchanged are carried over from earlier ones, and random images of them recomputed. A launch that
 * was killed is gone on with by the same command, in its folder.
 *
 * <pre>
 * java -jar hydra-beam-all.jar evaluate --benchmark=vtab1k --examples=out/examples \
 *     --runs=out/runs --scores=out/scores --backbone=ViT-B_16.npz
 * </pre>
 */
public final class EvaluatePipeline {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluatePipeline.class);

  /** Columns of the table in {@link StageResult#summary}; wider ones are broken by groups. */
  private static final int TABLE_COLUMNS = 160;

  private static final long MEBIBYTE = 1L << 20;

  private EvaluatePipeline() {}

  /**
   * Scores what the options ask for and waits for it; the result's summary is the table.
   *
   * @throws HydraException if nothing could be started
   */
  public static StageResult run(EvaluateOptions options) {
    return run(options, Clock.systemUTC());
  }

  static StageResult run(EvaluateOptions options, Clock clock) {
    Optional<Schedule> schedule = Schedule.of(options);
    String scores = options.getScores();
    try {
      if (schedule.isPresent()) {
        return scheduled(
            new ScheduledStart(schedule.get(), scores, ServerClock.byProbe()), options);
      }
      EvaluationPlan plan = EvaluationPlan.of(options);
      Instant now = clock.instant();
      Optional<EvaluationId> begun = UnfinishedEvaluations.newest(scores, plan.hash(), now);
      EvaluationId id =
          begun.isPresent() ? begun.get() : EvaluationFolder.unused(scores, plan.hash(), now);
      return run(plan.named(id, id.time(), scores), options);
    } catch (IOException e) {
      throw HydraException.io("read", scores, e);
    }
  }

  static StageResult scheduled(ScheduledStart start, EvaluateOptions options) throws IOException {
    ScheduledStart.Outcome<StageResult> outcome =
        start.run(
            (id, now) -> run(EvaluationPlan.of(options).named(id, now, start.scores()), options));
    if (outcome.made().isPresent()) {
      return outcome.made().get();
    }
    String folder = Storage.resolve(start.scores(), outcome.id().toString());
    Optional<EvaluationResult> stored =
        ArtifactFolder.at(folder).read(EvaluationResult.getDefaultInstance());
    String line =
        stored.isPresent()
            ? "this period's evaluation stands in %s; nothing to do"
            : "another start makes this period's evaluation in %s now; nothing to do";
    return new StageResult(
        "evaluate",
        0,
        stored.map(EvaluationResult::getScoreCount).orElse(0),
        0,
        List.of(),
        List.of(line.formatted(folder)));
  }

  private static StageResult run(EvaluationPlan plan, EvaluateOptions options) throws IOException {
    ArtifactFolder folder = ArtifactFolder.at(plan.folder());
    folder.recover();
    Optional<EvaluationResult> stored = folder.read(EvaluationResult.getDefaultInstance());
    if (stored.isPresent()) {
      // What was killed between its commit and its reports has none.
      var unused = ReportFiles.write(EvaluationFolder.open(plan.folder()), null, null);
      return result(plan, stored.get(), true);
    }
    EvaluationPlan whole =
        options.isForce() ? plan : plan.with(CarryOver.find(plan.wholes(), options.getScores()));
    start(whole, options);
    return result(
        plan,
        folder
            .read(EvaluationResult.getDefaultInstance())
            .orElseThrow(() -> HydraException.failed(plan.folder() + " was not written")),
        false);
  }

  private static void start(EvaluationPlan plan, EvaluateOptions options) throws IOException {
    EvaluateSetup setup = EvaluateSetup.from(options, plan.folder());
    DiskSpace.require(plan.folder(), bytes(plan));
    Progress.of("evaluate", plan.kind().many()).expect(plan.images(setup.canary()));
    Pipeline pipeline = Pipeline.create(options);
    setup(pipeline, plan, setup, Provenance.options(options));
    try {
      PipelineRuns.toEnd(pipeline, "evaluation");
    } catch (RuntimeException e) {
      // Another launch of the same evaluation may have committed and cleared the folder meanwhile.
      if (!ArtifactFolder.at(plan.folder()).sweepIfFinished()) {
        throw e;
      }
      LOG.debug("{} was finished by another launch", plan.folder(), e);
    }
  }

  static void setup(
      Pipeline pipeline, EvaluationPlan plan, EvaluateSetup setup, Map<String, String> options) {
    ResourceHints hints = WorkerHints.of(pipeline.getOptions());
    Layout layout = plan.header().getLayout();
    PCollectionTuple carried =
        pipeline
            .apply("CarriedJobs", jobs(plan.carried()))
            .apply("SpreadCarried", Reshuffle.viaRandomKey())
            .apply(
                "CarryOver",
                ParDo.of(new CarryOverFn(setup, layout == Layout.VISION_DATASETS))
                    .withOutputTags(CarryOverFn.CARRIED, TupleTagList.of(CarryOverFn.ANEW))
                    .setResourceHints(hints));
    PCollection<EvaluationShard> anew =
        carried.get(CarryOverFn.ANEW).setCoder(ProtoCoder.of(EvaluationShard.class));
    PCollection<EvaluatedJob> scores =
        PCollectionList.of(pipeline.apply("ShardsOfJobs", jobs(plan.shards())))
            .and(
                anew.apply(
                    "ShardsAnew",
                    FlatMapElements.into(TypeDescriptor.of(EvaluationShard.class))
                        .via(whole -> EvaluationShards.of(List.of(whole)))))
            .apply("AllShards", Flatten.pCollections())
            .apply("SpreadShards", Reshuffle.viaRandomKey())
            .apply("PredictShard", ParDo.of(new PredictShardFn(setup)).setResourceHints(hints))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), ProtoCoder.of(ShardScore.class)))
            .apply("SumShards", Combine.perKey(new SumShards()))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), ProtoCoder.of(ShardScore.class)))
            .apply(
                "JoinPredictions",
                ParDo.of(new JoinPredictionsFn(setup.folder(), plan.infos(), layout)))
            .setCoder(ProtoCoder.of(EvaluatedJob.class));
    PCollection<EvaluatedJob> measures =
        PCollectionList.of(
                pipeline.apply("AdaptedJobs", jobs(plan.adapted(setup.ablationImages()))))
            .and(anew.apply("AdaptedAnew", Filter.by(EvaluationPlan::hasAdapters)))
            .apply("AllAdapted", Flatten.pCollections())
            .apply("SpreadJobs", Reshuffle.viaRandomKey())
            .apply("MeasureAdapter", ParDo.of(new MeasureAdapterFn(setup)).setResourceHints(hints))
            .setCoder(ProtoCoder.of(EvaluatedJob.class));
    PCollectionList.of(scores)
        .and(measures)
        .and(carried.get(CarryOverFn.CARRIED).setCoder(ProtoCoder.of(EvaluatedJob.class)))
        .apply("ScoresAndMeasures", Flatten.pCollections())
        .apply("CommitScores", CommitScores.of(plan, setup, options));
  }

  private static Create.Values<EvaluationShard> jobs(List<EvaluationShard> elements) {
    return Create.of(elements).withCoder(ProtoCoder.of(EvaluationShard.class));
  }

  /** Predictions, twice: by shard and joined; and where there is a leaderboard, twice for it. */
  private static long bytes(EvaluationPlan plan) {
    long bytes = MEBIBYTE;
    int copies = plan.header().getLayout() == Layout.VISION_DATASETS ? 4 : 2;
    for (EvaluationShard part : plan.shards()) {
      long perImage = 80 + 12L * part.getJob().getKey().getClasses();
      bytes += copies * perImage * EvaluationShards.images(part);
    }
    return bytes;
  }

  private static StageResult result(
      EvaluationPlan plan, EvaluationResult evaluation, boolean found) {
    // What failed in training was that stage's failure; the table shows it all the same.
    List<Failure> failures =
        evaluation.getFailureList().subList(plan.failedInTraining(), evaluation.getFailureCount());
    List<Score> carried =
        evaluation.getScoreList().stream()
            .filter(score -> !score.getCarriedFrom().isEmpty())
            .toList();
    List<String> summary =
        new ArrayList<>(TableText.terminal(ScoreTable.of(evaluation), TABLE_COLUMNS));
    summary.addAll(evaluation.getNoteList());
    if (!carried.isEmpty()) {
      summary.add(
          "%d of %d scores carried over, unchanged in all that determines them; %,d random %s of theirs recomputed"
              .formatted(
                  carried.size(),
                  evaluation.getScoreCount(),
                  carried.stream().mapToLong(Score::getCanaryImages).sum(),
                  RecordKind.of(evaluation.getTaskList()).many()));
    }
    summary.add(
        "%s in %s"
            .formatted(found ? "found finished" : "scores, report and predictions", plan.folder()));
    long scored = evaluation.getScoreCount();
    long kept = found ? scored : carried.size();
    return new StageResult(
        "evaluate",
        scored - kept,
        kept,
        failures.size(),
        failures,
        Alarms.lines(evaluation),
        summary,
        plan.folder());
  }
}
