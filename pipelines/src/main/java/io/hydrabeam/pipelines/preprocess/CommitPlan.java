package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.Task;
import java.io.Serializable;
import java.util.List;

/**
 * What a folder is to say of itself.
 *
 * @param benchmark it belongs to
 * @param task as in the catalog
 * @param variant of its training images
 * @param classNames in the order of the labels
 * @param splits in the order in which they are listed
 * @param folder that holds its shards
 * @param sourceHash identifies its inputs
 * @param imageOptions of the pixels
 * @param imageFormat as asked for
 * @param shardBytes as asked for
 * @param shards of all splits together
 */
record CommitPlan(
    String benchmark,
    Task task,
    Variant variant,
    List<String> classNames,
    List<String> splits,
    String folder,
    String sourceHash,
    ImageOptions imageOptions,
    String imageFormat,
    long shardBytes,
    int shards)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Whether it is the test split of a task whose training images are sampled. */
  boolean testAlone() {
    return splits.equals(List.of(Splits.TEST));
  }

  static CommitPlan of(PreprocessOptions options, String benchmark, TaskPlan plan) {
    return new CommitPlan(
        benchmark,
        plan.task(),
        plan.variant(),
        plan.classNames(),
        plan.splits().stream().map(SplitPlan::split).toList(),
        plan.folder(),
        plan.sourceHash(),
        plan.splits().get(0).imageOptions(),
        options.getImageFormat().text(),
        options.getShardBytes(),
        plan.splits().stream().mapToInt(SplitPlan::shards).sum());
  }
}
