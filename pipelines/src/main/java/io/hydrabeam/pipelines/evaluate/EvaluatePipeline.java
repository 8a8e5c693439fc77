package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.PipelineRuns;
import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.common.WorkerHints;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.page.ReportFiles;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.DiskSpace;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.Layout;
import io.hydrabeam.protos.ShardScore;
import java.io.IOException;
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
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.resourcehints.ResourceHints;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/**
 * Scores finished jobs on the test splits: every test shard with every checkpoint, in parallel.
 *
 * <p>Input: {@code <examples>/<benchmark>/<task>/} and {@code <runs>/<runId>/<task>/<jobId>/}.
 * Output: {@code <scores>/<evaluationId>/} with {@code scores.json}, {@code scores.csv}, {@code
 * report.html}, {@code report.md}, {@code predictions/<task>/<jobId>.jsonl}, {@code
 * provenance.json}, the marker {@code DONE.json}, and for ELEVATER's leaderboard {@code
 * submission/<row>/}. The id is made from the jobs and the data; the same evaluation is not done
 * twice.
 *
 * <pre>
 * java -jar hydra-beam-all.jar evaluate --benchmark=vtab1k --examples=out/examples \
 *     --runs=out/runs --scores=out/scores --backbone=ViT-B_16.npz
 * </pre>
 */
public final class EvaluatePipeline {
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
    EvaluationPlan plan = EvaluationPlan.of(options);
    ArtifactFolder folder = ArtifactFolder.at(plan.folder());
    try {
      folder.recover();
      Optional<EvaluationResult> stored = folder.read(EvaluationResult.getDefaultInstance());
      boolean complete =
          stored.isPresent() && stored.get().getFailureCount() == plan.header().getFailureCount();
      if (complete && !options.isForce()) {
        if (Storage.find(folder.file(ReportFiles.HTML)).isEmpty()) {
          // Whoever committed the scores died before the report, which is written last.
          var unused = ReportFiles.write(EvaluationFolder.open(plan.folder()), null, null);
        }
        return result(plan, stored.get(), true);
      }
      if (stored.isPresent()) {
        folder.retract();
      }
      start(plan, options);
      return result(
          plan,
          folder
              .read(EvaluationResult.getDefaultInstance())
              .orElseThrow(() -> HydraException.failed(plan.folder() + " was not written")),
          false);
    } catch (IOException e) {
      throw HydraException.io("read", plan.folder(), e);
    }
  }

  private static void start(EvaluationPlan plan, EvaluateOptions options) {
    EvaluateSetup setup = setup(options, plan.folder());
    DiskSpace.require(plan.folder(), bytes(plan));
    Progress.of("evaluate", "images").expect(plan.images());
    Pipeline pipeline = Pipeline.create(options);
    setup(pipeline, plan, setup, Provenance.options(options));
    PipelineRuns.toEnd(pipeline, "evaluation");
  }

  static void setup(
      Pipeline pipeline, EvaluationPlan plan, EvaluateSetup setup, Map<String, String> options) {
    ResourceHints hints = WorkerHints.of(pipeline.getOptions());
    PCollection<EvaluatedJob> scores =
        pipeline
            .apply(
                "ShardsOfJobs",
                Create.of(plan.shards()).withCoder(ProtoCoder.of(EvaluationShard.class)))
            .apply("SpreadShards", Reshuffle.viaRandomKey())
            .apply("PredictShard", ParDo.of(new PredictShardFn(setup)).setResourceHints(hints))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), ProtoCoder.of(ShardScore.class)))
            .apply("SumShards", Combine.perKey(new SumShards()))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), ProtoCoder.of(ShardScore.class)))
            .apply(
                "JoinPredictions",
                ParDo.of(
                    new JoinPredictionsFn(setup.folder(), plan.infos(), plan.header().getLayout())))
            .setCoder(ProtoCoder.of(EvaluatedJob.class));
    PCollection<EvaluatedJob> measures =
        pipeline
            .apply(
                "AdaptedJobs",
                Create.of(plan.adapted()).withCoder(ProtoCoder.of(EvaluationShard.class)))
            .apply("SpreadJobs", Reshuffle.viaRandomKey())
            .apply("MeasureAdapter", ParDo.of(new MeasureAdapterFn(setup)).setResourceHints(hints))
            .setCoder(ProtoCoder.of(EvaluatedJob.class));
    PCollectionList.of(scores)
        .and(measures)
        .apply("ScoresAndMeasures", Flatten.pCollections())
        .apply("CommitScores", CommitScores.of(plan, setup, options));
  }

  private static EvaluateSetup setup(EvaluateOptions options, String folder) {
    try {
      return EvaluateSetup.from(options, folder);
    } catch (IllegalArgumentException e) {
      throw new HydraException(HydraException.USAGE, String.valueOf(e.getMessage()), e);
    }
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
    List<String> summary =
        new ArrayList<>(TableText.terminal(ScoreTable.of(evaluation), TABLE_COLUMNS));
    summary.addAll(evaluation.getNoteList());
    summary.add(
        "%s in %s"
            .formatted(found ? "found finished" : "scores, report and predictions", plan.folder()));
    long scored = evaluation.getScoreCount();
    return new StageResult(
        "evaluate",
        found ? 0 : scored,
        found ? scored : 0,
        failures.size(),
        failures,
        summary,
        plan.folder());
  }
}
