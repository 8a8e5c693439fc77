package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Task;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done for a task.
 *
 * @param task as in the catalog
 * @param folder that receives its records
 * @param sourceHash identifies its inputs
 * @param splits how each is stored; empty if the task is finished
 * @param finished what the folder says of itself, if it is finished and up to date
 */
public record TaskPlan(
    Task task,
    String folder,
    String sourceHash,
    List<SplitPlan> splits,
    Optional<DatasetInfo> finished) {

  public TaskPlan {
    splits = List.copyOf(splits);
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
