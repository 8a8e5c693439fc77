package io.hydrabeam.pipelines.report;

import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Metrics in words. */
public final class MetricText {
  private MetricText() {}

  /** A metric's name. */
  public static String name(Metric metric) {
    return switch (metric) {
      case ACCURACY -> "top-1 accuracy";
      case MEAN_PER_CLASS -> "mean per class";
      case MEAN_AVERAGE_PRECISION_11_POINT -> "11-point mAP";
      case ROC_AUC -> "ROC AUC";
      case MATTHEWS -> "Matthews correlation";
      case F1 -> "F1";
      case PEARSON -> "Pearson correlation";
      case SPEARMAN -> "Spearman correlation";
      case UNRECOGNIZED -> throw new IllegalArgumentException("unknown metric");
    };
  }

  /** The metric of all tasks, or that it is each task's own. */
  public static String ofAll(Collection<Task> tasks) {
    return allAccuracy(tasks) ? name(Metric.ACCURACY) : "each task's metric";
  }

  static boolean allAccuracy(Collection<Task> tasks) {
    return tasks.stream().allMatch(task -> task.getMetric() == Metric.ACCURACY);
  }

  /** A line for each metric in use, with its tasks. */
  static List<String> tasksByMetric(Collection<Task> tasks) {
    Map<Metric, List<String>> byMetric = new LinkedHashMap<>();
    for (Task task : tasks) {
      byMetric
          .computeIfAbsent(task.getMetric(), metric -> new ArrayList<>())
          .add(TableText.name(task));
    }
    List<String> lines = new ArrayList<>();
    byMetric.forEach((metric, of) -> lines.add(name(metric) + ": " + String.join(", ", of)));
    return lines;
  }
}
