package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.PipelineRuns;
import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.DiskSpace;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.TextHeadRequest;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.protobuf.ProtoCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.Wait;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains adapters: a job for each task, method and seed.
 *
 * <p>Input: {@code <examples>/<benchmark>/<task>/} from {@code preprocess}, and backbone weights.
 * Output: {@code <runs>/<runId>/<task>/<jobId>/} with {@code adapter.safetensors}, {@code
 * adapter_config.json}, {@code history.jsonl}, TensorBoard events and the marker {@code DONE.json};
 * beside the tasks {@code jobs.jsonl} and {@code failures.jsonl}. Jobs that are finished are
 * skipped; one that was killed goes on from its stored state.
 *
 * <pre>
 * java -jar hydra-beam-all.jar train --benchmark=vtab1k --tasks=dtd --examples=out/examples \
 *     --runs=out/runs --backbone=ViT-B_16.npz --method=hydra,linear --seeds=0,1,2
 * </pre>
 */
public final class TrainPipeline {
  private static final Logger LOG = LoggerFactory.getLogger(TrainPipeline.class);

  private TrainPipeline() {}

  /**
   * Trains what the options ask for and waits for it.
   *
   * @throws HydraException if nothing could be started
   */
  public static StageResult run(TrainOptions options) {
    TrainPlan plan = TrainPlan.of(options);
    plan.lines().forEach(LOG::info);
    return run(plan, options);
  }

  /** Trains a plan that was made from the same options, and waits for it. */
  public static StageResult run(TrainPlan plan, TrainOptions options) {
    TrainSetup trainSetup = setup(options).withMemory(plan.memory(options.getStack()));
    DiskSpace.require(plan.runFolder(), plan.bytes());
    if (options.isForce()) {
      retract(plan);
    }
    Progress.of("train", "jobs").expect(plan.trainings());
    Progress.of("train", "epochs").expect(plan.epochs());
    Pipeline pipeline = Pipeline.create(options);
    setup(pipeline, plan, trainSetup);
    PipelineRuns.toEnd(pipeline, "training");
    return result(plan, trainSetup.launch());
  }

  /**
   * Jobs that would train side by side in this process.
   *
   * @throws HydraException usage, if an option is wrong
   */
  public static int slots(TrainPlan plan, TrainOptions options) {
    return setup(options).withMemory(plan.memory(options.getStack())).slots().count();
  }

  static void setup(Pipeline pipeline, TrainPlan plan, TrainSetup setup) {
    PCollection<TrainingJob> jobs =
        pipeline.apply("Jobs", Create.of(plan.jobs()).withCoder(ProtoCoder.of(TrainingJob.class)));
    if (!plan.heads().isEmpty()) {
      PCollection<String> made =
          pipeline
              .apply(
                  "Heads", Create.of(plan.heads()).withCoder(ProtoCoder.of(TextHeadRequest.class)))
              .apply("MakeTextHeads", MakeTextHeads.of(setup));
      jobs = jobs.apply("AfterHeads", Wait.on(made)).setCoder(ProtoCoder.of(TrainingJob.class));
    }
    outcomes(jobs, plan, setup)
        .apply("AllOutcomes", Flatten.pCollections())
        .apply("WriteRunFiles", WriteRunFiles.to(plan.runFolder()));
  }

  private static PCollectionList<JobOutcome> outcomes(
      PCollection<TrainingJob> jobs, TrainPlan plan, TrainSetup setup) {
    if (plan.sweep().isPresent()) {
      PCollectionTuple swept = jobs.apply("SweepRecipes", RunSweeps.of(plan.sweep().get(), setup));
      return PCollectionList.of(swept.get(RunSweeps.OUTCOMES))
          .and(swept.get(RunSweeps.CHOSEN).apply("TrainSwept", TrainAdapters.of(setup)));
    }
    if (!plan.tunes() && plan.startsFromItsOwn()) {
      return inTurn(jobs, setup);
    }
    PCollection<JobOutcome> first = jobs.apply("TrainAdapters", TrainAdapters.of(setup));
    if (!plan.tunes()) {
      return PCollectionList.of(first);
    }
    PCollectionTuple chosen = first.apply("ChooseRecipes", ChooseRecipes.of(plan.protocol()));
    return PCollectionList.of(first)
        .and(chosen.get(ChooseRecipes.LOST))
        .and(chosen.get(ChooseRecipes.CHOSEN).apply("TrainChosen", TrainAdapters.of(setup)));
  }

  /** Jobs that start from nothing, then those that may start from one of them. */
  private static PCollectionList<JobOutcome> inTurn(
      PCollection<TrainingJob> jobs, TrainSetup setup) {
    PCollection<JobOutcome> first =
        jobs.apply("FromBackbone", Filter.by(job -> job.getStart().isEmpty()))
            .apply("TrainAdapters", TrainAdapters.of(setup));
    PCollection<JobOutcome> second =
        jobs.apply("FromAdapter", Filter.by(job -> !job.getStart().isEmpty()))
            .apply("AfterFirst", Wait.on(first))
            .setCoder(ProtoCoder.of(TrainingJob.class))
            .apply("TrainStarted", TrainAdapters.of(setup));
    return PCollectionList.of(first).and(second);
  }

  private static TrainSetup setup(TrainOptions options) {
    try {
      return TrainSetup.from(options);
    } catch (IllegalArgumentException e) {
      throw new HydraException(HydraException.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** With {@code --force}: finished jobs of this plan become unfinished, and are made again. */
  private static void retract(TrainPlan plan) {
    try {
      Set<String> folders = new LinkedHashSet<>();
      for (TrainingJob job : plan.jobs()) {
        folders.add(job.getOutput());
        if (!job.getTuningGroup().isEmpty()) {
          folders.addAll(tunedFolders(job));
        }
      }
      for (String folder : folders) {
        ArtifactFolder.at(folder).retract();
        new ResumeFolder(folder).clear();
      }
    } catch (IOException e) {
      throw HydraException.io("delete from", plan.runFolder(), e);
    }
  }

  /**
   * Folders of finished trainings that belong to a tuning with this job: those that followed it,
   * and a sweep's candidates.
   */
  private static Set<String> tunedFolders(TrainingJob job) throws IOException {
    Set<String> folders = new LinkedHashSet<>();
    String output = job.getOutput();
    String taskFolder = output.substring(0, output.lastIndexOf('/'));
    for (String pattern : List.of("*/", Sweep.FOLDER + "/*/")) {
      for (var marker : Storage.list(taskFolder, pattern + ArtifactFolder.MARKER)) {
        String path = marker.resourceId().toString();
        String folder = path.substring(0, path.lastIndexOf('/'));
        JobKey key =
            ArtifactFolder.at(folder)
                .read(JobResult.getDefaultInstance())
                .map(JobResult::getKey)
                .orElse(JobKey.getDefaultInstance());
        boolean tuned = !key.getTune().equals(Tuning.NONE.keyText());
        if ((tuned || path.contains("/" + Sweep.FOLDER + "/"))
            && key.getMethod() == job.getKey().getMethod()
            && key.getShots() == job.getKey().getShots()
            && key.getSeed() == job.getKey().getSeed()) {
          folders.add(folder);
        }
      }
    }
    return folders;
  }

  private static StageResult result(TrainPlan plan, String launch) {
    RunFiles files = RunFiles.at(plan.runFolder());
    try {
      long done = 0;
      long skipped = 0;
      List<Failure> failures = new ArrayList<>();
      for (JobOutcome outcome : files.outcomes()) {
        if (outcome.hasFailure()) {
          failures.add(files.failure(outcome.getJob(), outcome.getFailure()));
        } else if (outcome.getSkipped() || !outcome.getLaunch().equals(launch)) {
          skipped++;
        } else {
          done++;
        }
      }
      return new StageResult(
          "train",
          done,
          skipped,
          failures.size(),
          failures,
          List.of(
              "%d trained, %d found finished, %d failed; run %s in %s"
                  .formatted(done, skipped, failures.size(), plan.runId(), plan.runFolder())));
    } catch (IOException e) {
      throw HydraException.io("read", plan.runFolder(), e);
    }
  }
}
