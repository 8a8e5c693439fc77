package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.MultisetHash;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.PixelOrigin;
import io.hydrabeam.protos.ShardSummary;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The shards of a folder, put together. */
final class TaskSummary {
  private final List<ShardSummary> shards;

  /**
   * @param splits in the order in which they are listed
   * @param shards of all splits, each once, in any order
   */
  TaskSummary(List<String> splits, Iterable<ShardSummary> shards) {
    List<ShardSummary> ordered = new ArrayList<>();
    shards.forEach(ordered::add);
    ordered.sort(
        Comparator.comparingInt((ShardSummary shard) -> splits.indexOf(shard.getSplit()))
            .thenComparingInt(ShardSummary::getShard));
    this.shards = List.copyOf(ordered);
  }

  /** In order of split and number. */
  List<ShardSummary> shards() {
    return shards;
  }

  /** Rejected inputs, in order. */
  List<Failure> bad() {
    return shards.stream()
        .flatMap(shard -> shard.getBadList().stream())
        .sorted(Comparator.comparing(Failure::getWhat))
        .toList();
  }

  /** Whether every record holds a PNG. */
  boolean allPng() {
    return shards.stream().allMatch(shard -> shard.getPngImages() == shard.getImageCount());
  }

  /** What the marker says of the task. */
  DatasetInfo info(CommitPlan plan, Duplicates duplicates) {
    DatasetInfo.Builder info =
        DatasetInfo.newBuilder()
            .setBenchmark(plan.benchmark())
            .setTask(plan.task())
            .setImageOptions(plan.imageOptions())
            .setSourceHash(plan.sourceHash())
            .setBadRecords(bad().size())
            .addAllDuplicate(duplicates.counts())
            .setImageFormat(plan.imageFormat())
            .setShardBytes(plan.shardBytes())
            .setShots(plan.variant().shots())
            .setSampleSeed(plan.variant().seed())
            .addAllClassName(plan.classNames());
    for (String split : plan.splits()) {
      info.addSplit(split(split, plan.task().getClasses()));
    }
    if (plan.splits().size() > 1) { // A test split alone has no training images.
      addAbsentClasses(info, plan.variant());
    }
    return info.setDataHash(dataHash(plan.task(), plan.imageOptions(), info.getSplitList()))
        .build();
  }

  private static void addAbsentClasses(DatasetInfo.Builder info, Variant variant) {
    Splits fixed = info.getImageOptions().hasText() ? Splits.SENTENCES : Splits.PREPARED;
    Splits splits = variant.sampled() ? Splits.FEW_SHOT : fixed;
    SplitInfo training = ExampleFolder.split(info.build(), splits.trainValidation());
    for (int label = 0; label < training.getClassCountCount(); label++) {
      if (training.getClassCount(label) == 0) {
        info.addAbsentClass(label);
      }
    }
  }

  private SplitInfo split(String name, int classes) {
    SplitInfo.Builder split = SplitInfo.newBuilder().setName(name);
    MultisetHash content = new MultisetHash();
    long[] counts = new long[classes];
    for (ShardSummary shard : shards) {
      if (shard.getSplit().equals(name)) {
        split.addShardLength(shard.getImageCount()).addShardHash(shard.getFileHash());
        split.setImages(split.getImages() + shard.getImageCount());
        split.setBytes(split.getBytes() + shard.getBytes());
        content.addHex(shard.getContentHash());
        for (int label = 0; label < classes; label++) {
          counts[label] += shard.getClassCount(label);
        }
      }
    }
    for (long count : counts) {
      split.addClassCount(count);
    }
    for (ShardSummary shard : shards) {
      if (shard.getSplit().equals(name)) {
        addLengths(split, shard.getLengthCountList());
        split.setCutTexts(split.getCutTexts() + shard.getCutTexts());
        shard
            .getTableRowsMap()
            .forEach(
                (part, rows) ->
                    split.putTableRows(part, split.getTableRowsOrDefault(part, 0) + rows));
      }
    }
    return split.setContentHash(content.hex()).build();
  }

  private static void addLengths(SplitInfo.Builder split, List<Long> counts) {
    for (int tokens = 0; tokens < counts.size(); tokens++) {
      if (split.getLengthCountCount() <= tokens) {
        split.addLengthCount(0);
      }
      split.setLengthCount(tokens, split.getLengthCount(tokens) + counts.get(tokens));
    }
  }

  /** Everything about the data that a training result depends on. */
  private static String dataHash(Task task, ImageOptions options, List<SplitInfo> splits) {
    List<String> parts = new ArrayList<>();
    parts.add(task.getName());
    parts.add(Integer.toString(task.getVersion()));
    parts.add(Integer.toString(task.getClasses()));
    parts.add(Integer.toString(options.getImageSize()));
    parts.add(options.getResize().name());
    if (options.getPixels() != PixelOrigin.ORIGINAL) {
      parts.add(options.getPixels().name());
    }
    if (options.hasText()) {
      parts.add("%d tokens".formatted(options.getText().getTokens()));
      parts.add(options.getText().getVocabularyHash());
    }
    if (task.getMultilabel()) {
      parts.add("multilabel");
    }
    for (SplitInfo split : splits) {
      parts.add(split.getName());
      parts.add(split.getContentHash());
    }
    return Hashing.sha256Hex(parts);
  }
}
