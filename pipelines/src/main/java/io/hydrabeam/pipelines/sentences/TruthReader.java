package io.hydrabeam.pipelines.sentences;

import io.hydrabeam.protos.Sentences;
import io.hydrabeam.protos.Task;
import java.util.List;
import java.util.regex.Pattern;

/** What a row's label stands for: a class, or a number. */
final class TruthReader {

  private static final int SHOWN = 40;

  /** What Java reads besides, as "NaN", "1f" or "0x1p3", is a mistake in a table. */
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?");

  private final Task task;

  TruthReader(Task task) {
    this.task = task;
  }

  /**
   * A row's truth.
   *
   * @param label its class; 0 for numbers
   * @param number of a regression; 0 for classes
   * @param problem why there is none; empty where there is
   */
  record Truth(int label, float number, String problem) {}

  /** Reads a label. */
  Truth read(String label) {
    return task.getRegression() ? number(label) : classOf(label);
  }

  private Truth classOf(String label) {
    List<String> labels = task.getSentences().getLabelList();
    int index = labels.indexOf(label);
    return index >= 0
        ? new Truth(index, 0, "")
        : problem(
            "its label '%s' is none of %s".formatted(shown(label), String.join(", ", labels)));
  }

  private Truth number(String label) {
    Sentences of = task.getSentences();
    if (DECIMAL.matcher(label).matches()) {
      double number = Double.parseDouble(label);
      if (number >= of.getSmallest() && number <= of.getLargest()) {
        return new Truth(0, (float) number, "");
      }
    }
    return problem(
        "its score '%s' is no number from %s to %s"
            .formatted(shown(label), of.getSmallest(), of.getLargest()));
  }

  private static Truth problem(String problem) {
    return new Truth(0, 0, problem);
  }

  private static String shown(String label) {
    String text = label.replaceAll("\\p{Cntrl}", "?");
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
