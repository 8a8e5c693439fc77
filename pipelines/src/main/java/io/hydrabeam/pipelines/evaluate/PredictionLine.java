package io.hydrabeam.pipelines.evaluate;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.hydrabeam.pipelines.common.TopOne;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * An image's line of a predictions' file: {@code {"key":…,"label":3,"predicted":5,
 * "probabilities":[…]}}; where images have several labels {@code {"key":…,"labels":[0,4],
 * "probabilities":[…]}}, as no single class is predicted there; of a regression {@code
 * {"key":…,"number":3.8,"predicted":3.7}}. Lines of hidden records are the same without label,
 * labels or number.
 */
final class PredictionLine {
  private final Task task;

  private final boolean labelled;

  /**
   * @param labelled whether records tell what is true of them
   */
  PredictionLine(Task task, boolean labelled) {
    this.task = task;
    this.labelled = labelled;
  }

  /**
   * The line with its line feed.
   *
   * @throws IOException if a probability is not a finite number
   */
  String of(StoredRecord record, float[] probabilities) throws IOException {
    int predicted = TopOne.of(probabilities);
    StringBuilder line = new StringBuilder(32 + 12 * probabilities.length);
    line.append("{\"key\":\"").append(JsonStringEncoder.getInstance().quoteAsString(record.key()));
    line.append('"');
    if (task.getRegression()) {
      return line.append(labelled ? ",\"number\":" + record.number() : "")
          .append(",\"predicted\":")
          .append(probabilities[0])
          .append("}\n")
          .toString();
    }
    if (task.getMultilabel() && labelled) {
      line.append(",\"labels\":[").append(joined(record.labels())).append(']');
    } else {
      line.append(labelled ? ",\"label\":" + record.label() : "");
      line.append(",\"predicted\":").append(predicted);
    }
    line.append(",\"probabilities\":[");
    for (int i = 0; i < probabilities.length; i++) {
      line.append(i == 0 ? "" : ",").append(probabilities[i]);
    }
    return line.append("]}\n").toString();
  }

  private static String joined(int... labels) {
    return Arrays.stream(labels)
        .sorted()
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(","));
  }
}
