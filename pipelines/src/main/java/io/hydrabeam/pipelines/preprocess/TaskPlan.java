package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be done for a folder: a task's own, or one beside it.
 *
 * @param task as in the catalog
 * @param variant of its training images, or its hidden records
 * @param classNames in the order of the labels; empty where the source tells none
 * @param folder that receives its records
 * @param sourceHash identifies its inputs
 * @param listed how many records each split lists, without those known to be bad
 * @param splits how each is stored; empty if the task is finished
 * @param finished what the folder says of itself, if it is finished and up to date
 * @param outdated whether what the folder has is to be replaced by what the input has now
 */
public record TaskPlan(
    Task task,
    Variant variant,
    List<String> classNames,
    String folder,
    String sourceHash,
    Map<String, Integer> listed,
    List<SplitPlan> splits,
    Optional<DatasetInfo> finished,
    boolean outdated) {

  public TaskPlan {
    classNames = List.copyOf(classNames);
    listed = Map.copyOf(listed);
    splits = List.copyOf(splits);
  }

  /** Names the folder within the stage. */
  String id() {
    return id(task, variant);
  }

  static String id(Task task, Variant variant) {
    return variant.folder().isEmpty() ? task.getName() : task.getName() + '/' + variant.folder();
  }

  /** Whether an id is that of a folder beside a task's own. */
  static boolean isBeside(String id) {
    return id.indexOf('/') >= 0;
  }

  /** Names it for users. */
  public String label() {
    return variant.label().isEmpty()
        ? task.getName()
        : "%s (%s)".formatted(task.getName(), variant.label());
  }

  /** Images that are to be stored now. */
  public long images() {
    return splits.stream().mapToLong(SplitPlan::images).sum();
  }

  /** Estimated bytes that are to be written now. */
  public long estimatedBytes() {
    return splits.stream().mapToLong(SplitPlan::estimatedBytes).sum();
  }
}
