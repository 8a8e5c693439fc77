package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Slice;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The images of a benchmark's task, in the official order.
 *
 * @param bySplit of the task
 */
public record OfficialSample(Map<String, List<Image>> bySplit) {

  public OfficialSample {
    bySplit = Map.copyOf(bySplit);
  }

  /**
   * An image.
   *
   * @param split that it is published in
   * @param key within it
   * @param label class, from 0
   */
  public record Image(String split, String key, int label) {

    /** Names it within the task: {@code <split>/<key>}. */
    public String fullKey() {
      return OfficialSample.fullKey(split, key);
    }
  }

  /** Names an image within a task. */
  public static String fullKey(String split, String key) {
    return key.startsWith("/") ? split + key : split + '/' + key;
  }

  /**
   * Lists a task's images.
   *
   * @throws HydraException if there are more or fewer examples than the catalog says, a label is
   *     none of the classes, a key is there twice, or a slice reaches beyond the end
   */
  public static OfficialSample of(Task task, PublishedData data) throws IOException {
    Set<String> splits =
        task.getOriginal().getSliceMap().values().stream()
            .map(Slice::getSplit)
            .collect(Collectors.toCollection(TreeSet::new));
    Map<String, List<PublishedData.Example>> examples = data.list(splits);
    Map<String, OfficialOrder> orders = new HashMap<>();
    examples.forEach(
        (split, listed) -> {
          check(task, split, listed);
          orders.put(split, data.order(split, listed));
        });
    Map<String, List<Image>> bySplit = new TreeMap<>();
    for (Map.Entry<String, Slice> slice : task.getOriginal().getSliceMap().entrySet()) {
      String split = slice.getValue().getSplit();
      List<PublishedData.Example> listed = examples.getOrDefault(split, List.of());
      List<Image> images = new ArrayList<>();
      for (int position : order(orders, split).slice(slice.getValue())) {
        PublishedData.Example example = listed.get(position);
        images.add(new Image(split, example.key(), example.label()));
      }
      bySplit.put(slice.getKey(), images);
    }
    return new OfficialSample(bySplit);
  }

  private static OfficialOrder order(Map<String, OfficialOrder> orders, String split) {
    OfficialOrder order = orders.get(split);
    if (order == null) {
      throw new IllegalStateException("no order of " + split);
    }
    return order;
  }

  private static void check(Task task, String split, List<PublishedData.Example> examples) {
    Map<String, Long> published = task.getOriginal().getExamplesMap();
    Long expected = published.get(split);
    if (expected != null && expected != examples.size()) {
      throw HydraException.usage(
          "task %s: split %s of %s has %,d examples; %,d are published"
              .formatted(
                  task.getName(),
                  split,
                  task.getOriginal().getDataset(),
                  examples.size(),
                  expected));
    }
    for (PublishedData.Example example : examples) {
      if (example.label() < 0 || example.label() >= task.getClasses()) {
        throw HydraException.usage(
            "task %s: %s of %s has label %d, of %d classes"
                .formatted(
                    task.getName(),
                    fullKey(split, example.key()),
                    task.getOriginal().getDataset(),
                    example.label(),
                    task.getClasses()));
      }
    }
  }
}
