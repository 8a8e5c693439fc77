package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.datasets.ImagePool;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is unusual about a task's data without being an error. */
final class PlanNotes {
  private static final int CLASSES_SHOWN = 5;

  private final ImageSource source;
  private final Task task;

  PlanNotes(ImageSource source, Task task) {
    this.source = source;
    this.task = task;
  }

  /**
   * A line for each thing to know.
   *
   * @param plans the task's folders
   */
  List<String> lines(List<TaskPlan> plans) throws IOException {
    List<String> lines = new ArrayList<>();
    List<ImageReference> pool = source.pool(task);
    Map<String, Integer> listed = new LinkedHashMap<>(plans.get(0).listed());
    plans.stream()
        .filter(plan -> plan.variant().hidden())
        .forEach(plan -> listed.putAll(plan.listed()));
    source
        .notes(task, listed)
        .forEach(note -> lines.add("NOTE %s: %s".formatted(task.getName(), note)));
    if (!task.getCaution().isEmpty()) {
      List<String> classNames = plans.get(0).classNames();
      lines.add(
          "CAUTION %s: %s%s"
              .formatted(
                  task.getName(),
                  task.getCaution(),
                  classNames.isEmpty() ? "" : "; classes: " + String.join(", ", classNames)));
    }
    if (!pool.isEmpty()) {
      addOtherSize(lines, ImagePool.TRAIN, pool.size());
      addOtherSize(
          lines, ImagePool.TEST, source.references(task, Variant.FIXED, ImagePool.TEST).size());
      long[] counts = counts(pool);
      plans.stream()
          .mapToInt(plan -> plan.variant().shots())
          .filter(shots -> shots > 0)
          .distinct()
          .forEach(shots -> addShortClasses(lines, counts, shots));
    }
    return lines;
  }

  private void addOtherSize(List<String> lines, String usage, long images) {
    Map<String, Integer> published = task.getPublishedSizeMap();
    if (published.containsKey(usage) && published.get(usage) != images) {
      lines.add(
          "NOTE %s: %,d %s images, the published data set has %,d: scores cannot be set beside published ones"
              .formatted(task.getName(), images, usage, published.get(usage)));
    }
  }

  private long[] counts(List<ImageReference> pool) {
    long[] counts = new long[task.getClasses()];
    for (ImageReference image : pool) {
      image.getLabelList().stream().distinct().forEach(label -> counts[label]++);
    }
    return counts;
  }

  private void addShortClasses(List<String> lines, long[] counts, int shots) {
    List<String> few = new ArrayList<>();
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] < shots) {
        few.add("class %d has %d".formatted(label, counts[label]));
      }
    }
    if (!few.isEmpty()) {
      int more = few.size() - CLASSES_SHOWN;
      lines.add(
          "NOTE %s: %d %s fewer than %d training images, all of which are taken: %s%s"
              .formatted(
                  task.getName(),
                  few.size(),
                  few.size() == 1 ? "class has" : "classes have",
                  shots,
                  String.join(", ", few.subList(0, Math.min(few.size(), CLASSES_SHOWN))),
                  more > 0 ? " and %d more".formatted(more) : ""));
    }
  }
}
