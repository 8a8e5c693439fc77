package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ShardSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * A folder's written shards to its finished state, and its id, unless the stage has met too many
 * bad records; then only their list is left.
 */
final class CommitTaskFn extends SourceFn<KV<String, Iterable<ShardSummary>>, String, ImageSource> {
  private static final long serialVersionUID = 1L;

  private final String examples;
  private final Plans<CommitPlan> plans;
  private final long maxBadRecords;
  private final PCollectionView<Long> badRecords;

  CommitTaskFn(
      String examples,
      Plans<CommitPlan> plans,
      ImageSource source,
      long maxBadRecords,
      PCollectionView<Long> badRecords) {
    super(source);
    this.examples = examples;
    this.plans = plans;
    this.maxBadRecords = maxBadRecords;
    this.badRecords = badRecords;
  }

  @ProcessElement
  public void process(ProcessContext context) {
    CommitPlan plan = plans.get(context.element().getKey());
    TaskSummary summary = new TaskSummary(plan.splits(), context.element().getValue());
    try {
      if (context.sideInput(badRecords) > maxBadRecords) {
        writeBadRecords(plan, summary);
      } else {
        commit(plan, summary);
      }
      context.output(context.element().getKey());
    } catch (IOException e) {
      throw HydraException.io("finish", plan.folder(), e);
    }
  }

  private static void writeBadRecords(CommitPlan plan, TaskSummary summary) throws IOException {
    Storage.replace(
        ArtifactFolder.at(plan.folder()).file(BadRecords.FILE),
        out -> out.write(BadRecords.write(summary.bad())));
  }

  /** Within the folder, and for a sample with the test images beside it. */
  private Duplicates duplicates(CommitPlan plan, TaskSummary summary) throws IOException {
    if (!plan.variant().sampled()) {
      return Duplicates.among(plan.splits(), summary.shards());
    }
    List<ShardSummary> shards = new ArrayList<>(summary.shards());
    TestDigests.find(examples, plan).ifPresent(shards::add);
    return Duplicates.among(Splits.FEW_SHOT.stored(), shards);
  }

  private void commit(CommitPlan plan, TaskSummary summary) throws IOException {
    if (summary.shards().size() != plan.shards()) {
      if (WriteShardFn.isFinished(plan.folder())) {
        return; // by another launch, which then swept shards of this one
      }
      throw new IllegalStateException(
          "task %s has %d shards of %d"
              .formatted(plan.task().getName(), summary.shards().size(), plan.shards()));
    }
    Duplicates duplicates = duplicates(plan, summary);
    DatasetInfo info = summary.info(plan, duplicates);
    try (ArtifactCommit commit = ArtifactFolder.at(plan.folder()).begin()) {
      for (ShardSummary shard : summary.shards()) {
        String name =
            ExampleFolder.shardName(
                shard.getTask(), shard.getSplit(), shard.getShard(), shard.getShards());
        commit.adopt(shard.getPath(), new StoredFile(name, shard.getBytes(), shard.getFileHash()));
      }
      commit.write(TfdsMetadata.INFO_FILE, TfdsMetadata.info(info));
      commit.write(TfdsMetadata.FEATURES_FILE, TfdsMetadata.features(info, summary.allPng()));
      commit.write(BadRecords.FILE, BadRecords.write(summary.bad()));
      commit.write(Duplicates.FILE, duplicates.lines());
      if (plan.testAlone()) {
        commit.write(TestDigests.FILE, TestDigests.write(summary.shards()));
      }
      Optional<SampleList> sample = source.sampleList(plan.task());
      if (sample.isPresent()) {
        commit.write(SampleList.FILE, sample.get().write());
      }
      if (plan.variant().sampled()) {
        commit.write(
            ChosenImages.FILE, ChosenImages.write(source.chosen(plan.task(), plan.variant())));
      }
      commit.commit(info);
    }
  }
}
