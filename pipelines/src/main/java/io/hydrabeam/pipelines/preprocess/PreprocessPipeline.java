package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.PipelineRuns;
import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.TextLengths;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.DiskSpace;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.ShardSummary;
import io.hydrabeam.protos.SplitInfo;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.protobuf.ProtoCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Images of a benchmark to TFRecords at the size that the model sees.
 *
 * <p>Reads {@code <input>/<task>/<split>.txt} and the images that it lists, writes {@code
 * <examples>/<benchmark>/<task>/}: shards of tf.Example, the two files by which TFDS reads them,
 * bad_records.jsonl, duplicates.jsonl and the marker DONE.json. Which image goes to which shard,
 * and in which order, follows from its key, so every runner writes the same bytes. Pixels never
 * pass through a shuffle.
 *
 * <pre>
 * java -jar hydra-beam-all.jar preprocess --benchmark=vtab1k --tasks=cifar,dtd --input=/data/vtab-1k
 * </pre>
 */
public final class PreprocessPipeline {
  /** As {@link Progress} and {@link StageResult} name it. */
  public static final String STAGE = "preprocess";

  /** What {@link Progress} counts. */

  /** A record's worst case while shards of an older attempt may still be there. */
  private static final double DISK_MARGIN = 1.1;

  private PreprocessPipeline() {}

  /**
   * Runs the stage to its end.
   *
   * @throws HydraException if options or inputs are wrong, there are more bad records than allowed,
   *     or a disk fails
   */
  public static StageResult run(PreprocessOptions options) {
    return run(PreprocessPlan.of(options), options);
  }

  /** As the other {@code run}, for a plan made from the same options. */
  public static StageResult run(PreprocessPlan plan, PreprocessOptions options) {
    List<TaskPlan> unfinished = plan.unfinished();
    if (!unfinished.isEmpty()) {
      prepare(options, unfinished);
      Pipeline pipeline = Pipeline.create(options);
      setup(pipeline, options, plan);
      waitFor(pipeline);
      checkBadRecords(options, plan);
    }
    return result(options, plan);
  }

  /** Adds the stage to a pipeline. */
  public static void setup(Pipeline pipeline, PreprocessOptions options, PreprocessPlan plan) {
    Map<String, SplitPlan> splitsById = new TreeMap<>();
    Map<String, CommitPlan> tasksByName = new TreeMap<>();
    for (TaskPlan task : plan.unfinished()) {
      task.splits().forEach(split -> splitsById.put(split.id(), split));
      tasksByName.put(task.id(), CommitPlan.of(options, plan.benchmark(), task));
    }
    Plans<SplitPlan> splits = new Plans<>(splitsById);
    Plans<CommitPlan> tasks = new Plans<>(tasksByName);

    PCollection<KV<String, ShardSummary>> shards =
        plan.source() instanceof StreamedSource streamed
            ? streamed(pipeline, splits, tasks, tasksByName.keySet(), streamed)
            : addressed(pipeline, splits, splitsById.keySet(), (AddressedSource) plan.source());
    PCollectionView<Long> badRecords =
        shards
            .apply(
                "BadRecordsOfShard",
                MapElements.into(TypeDescriptors.longs())
                    .via(shard -> (long) shard.getValue().getBadCount()))
            .apply("BadRecords", Sum.longsGlobally().asSingletonView());
    PCollection<KV<String, Iterable<ShardSummary>>> folders =
        shards.apply("GroupByFolder", GroupByKey.create());
    CommitTaskFn commit =
        new CommitTaskFn(
            options.getExamples(), tasks, plan.source(), options.getMaxBadRecords(), badRecords);
    // Samples come after the test images, which they are searched for.
    PCollectionView<Long> committed =
        folders
            .apply("TaskFolders", Filter.by(folder -> !TaskPlan.isBeside(folder.getKey())))
            .apply("CommitTasks", ParDo.of(commit).withSideInputs(badRecords))
            .apply("TasksCommitted", Combine.globally(Count.<String>combineFn()).asSingletonView());
    folders
        .apply("FoldersBeside", Filter.by(folder -> TaskPlan.isBeside(folder.getKey())))
        .apply("CommitBeside", ParDo.of(commit).withSideInputs(badRecords, committed));
  }

  /** Shards are written side by side, each by whoever reads its images. */
  private static PCollection<KV<String, ShardSummary>> addressed(
      Pipeline pipeline, Plans<SplitPlan> splits, Set<String> ids, AddressedSource source) {
    return pipeline
        .apply("Splits", Create.of(ids).withCoder(StringUtf8Coder.of()))
        .apply("SpreadSplits", Reshuffle.viaRandomKey())
        .apply("ListImages", ParDo.of(new ListImagesFn(splits, source)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), ProtoCoder.of(ImageReference.class)))
        .apply("GroupByShard", GroupByKey.create())
        .apply("WriteShards", ParDo.of(new WriteShardFn(splits, source)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), ProtoCoder.of(ShardSummary.class)));
  }

  /** Folders are written side by side, each by whoever reads its archives. */
  private static PCollection<KV<String, ShardSummary>> streamed(
      Pipeline pipeline,
      Plans<SplitPlan> splits,
      Plans<CommitPlan> folders,
      Set<String> ids,
      StreamedSource source) {
    return pipeline
        .apply("Folders", Create.of(ids).withCoder(StringUtf8Coder.of()))
        .apply("SpreadFolders", Reshuffle.viaRandomKey())
        .apply("StreamArchives", ParDo.of(new StreamFolderFn(splits, folders, source)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), ProtoCoder.of(ShardSummary.class)));
  }

  private static void prepare(PreprocessOptions options, List<TaskPlan> tasks) {
    long bytes = tasks.stream().mapToLong(TaskPlan::estimatedBytes).sum();
    DiskSpace.require(options.getExamples(), (long) (bytes * DISK_MARGIN));
    for (TaskPlan task : tasks) {
      Progress progress = Progress.of(STAGE, RecordKind.of(task.task()).many());
      progress.expect(task.images());
      if (LocalFiles.isLocal(task.folder())) {
        DiskSpace.require(task.folder(), task.estimatedBytes()); // may be on another disk
      }
      if (options.isForce() || task.outdated()) {
        retract(task);
      }
    }
  }

  /**
   * Else nothing is deleted: if a folder has become finished since the plan was made, another
   * launch of the same command has done this one's work.
   */
  private static void retract(TaskPlan task) {
    try {
      ArtifactFolder.at(task.folder()).retract();
    } catch (IOException e) {
      throw HydraException.io("clear", task.folder(), e);
    }
  }

  private static void waitFor(Pipeline pipeline) {
    try {
      PipelineRuns.toEnd(pipeline, "preprocess");
    } catch (RuntimeException e) {
      throw HydraException.in(e).orElseThrow(() -> e);
    }
  }

  private static void checkBadRecords(PreprocessOptions options, PreprocessPlan plan) {
    List<Failure> bad = new ArrayList<>();
    boolean committed = true;
    for (TaskPlan task : plan.unfinished()) {
      bad.addAll(badRecords(task));
      committed &= find(options, plan, task).isPresent();
    }
    if (bad.size() > options.getMaxBadRecords()) {
      throw BadRecords.tooMany(
          bad.stream().map(each -> each.getWhat() + ": " + each.getReason()).toList(),
          bad.size(),
          options.getMaxBadRecords());
    }
    if (!committed) {
      throw HydraException.failed("preprocess ended, but a task's folder is not finished");
    }
  }

  private static StageResult result(PreprocessOptions options, PreprocessPlan plan) {
    List<Failure> failures = new ArrayList<>();
    List<String> summary = new ArrayList<>();
    for (TaskPlan task : plan.tasks()) {
      failures.addAll(badRecords(task));
      sweep(task);
      DatasetInfo info =
          find(options, plan, task)
              .orElseThrow(() -> HydraException.failed(task.folder() + " has vanished"));
      summary.add(line(info, task));
    }
    long done = plan.unfinished().size();
    return new StageResult(STAGE, done, plan.tasks().size() - done, 0, failures, summary);
  }

  /** A launch that was killed right after a commit may have left its temporary files. */
  private static void sweep(TaskPlan task) {
    try {
      ArtifactFolder.at(task.folder()).recover();
    } catch (IOException e) {
      throw HydraException.io("clear", task.folder(), e);
    }
  }

  private static Optional<DatasetInfo> find(
      PreprocessOptions options, PreprocessPlan plan, TaskPlan task) {
    return ExampleFolder.find(
        options.getExamples(), plan.benchmark(), task.task().getName(), task.variant().folder());
  }

  private static List<Failure> badRecords(TaskPlan task) {
    String file = ArtifactFolder.at(task.folder()).file(BadRecords.FILE);
    try {
      return BadRecords.read(Storage.read(file, Integer.MAX_VALUE >> 1));
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw HydraException.io("read", file, e);
    }
  }

  private static String line(DatasetInfo info, TaskPlan task) {
    long images = info.getSplitList().stream().mapToLong(SplitInfo::getImages).sum();
    long bytes = info.getSplitList().stream().mapToLong(SplitInfo::getBytes).sum();
    RecordKind kind = RecordKind.of(task.task());
    StringBuilder line = new StringBuilder();
    line.append(
        "%s: %d %s, %s%s"
            .formatted(
                task.label(),
                images,
                kind.many(),
                DiskSpace.human(bytes),
                task.finished().isPresent() ? " (finished before)" : ""));
    if (info.getBadRecords() > 0) {
      line.append(", %d bad records (%s)".formatted(info.getBadRecords(), BadRecords.FILE));
    }
    if (info.getAbsentClassCount() > 0) {
      line.append(
          ", %d of %d classes have no training %s"
              .formatted(info.getAbsentClassCount(), info.getTask().getClasses(), kind.one()));
    }
    if (info.getDuplicateCount() > 0) {
      line.append(kind == RecordKind.TEXT ? ", same tokens in " : ", same pixels in ");
      line.append(String.join(", ", info.getDuplicateList()));
    }
    long cut = info.getSplitList().stream().mapToLong(SplitInfo::getCutTexts).sum();
    if (cut > 0) {
      line.append(
          ", %,d cut to %d tokens".formatted(cut, info.getImageOptions().getText().getTokens()));
    }
    if (kind == RecordKind.TEXT && !task.variant().hidden()) {
      SplitInfo training = ExampleFolder.split(info, Splits.SENTENCES.train());
      line.append(
          "; training texts have "
              + TextLengths.of(training).line(info.getImageOptions().getText().getTokens()));
    }
    return line.toString();
  }
}
