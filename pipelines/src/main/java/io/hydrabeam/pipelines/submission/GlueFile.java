package io.hydrabeam.pipelines.submission;

import io.hydrabeam.pipelines.evaluations.Prediction;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.pipelines.sentences.SentenceFiles;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Sentences;
import io.hydrabeam.protos.Table;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The predictions of a hidden table as GLUE's server takes them: a header, and a line with number
 * and label for each row of the table, in its order.
 *
 * @param task of the table
 * @param table as in the catalog
 * @param predictions path of the task's hidden predictions, those of a table in its order
 * @param rows of the table
 */
record GlueFile(Task task, Table table, String predictions, long rows) implements Storage.Contents {
  private static final String HEADER = "index\tprediction\n";

  /**
   * Looks whether there is a prediction for each row.
   *
   * @throws SubmissionException if there is not, or one is no label
   */
  void check() throws IOException, SubmissionException {
    GlueRules rules = new GlueRules(table, rows);
    try (Predictions all = Predictions.openHidden(predictions)) {
      for (Prediction one; (one = next(all)) != null; ) {
        rules.row(SentenceFiles.row(one.key()), label(one));
      }
    }
    rules.end();
  }

  /** Writes what was checked before. */
  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(HEADER.getBytes(StandardCharsets.UTF_8));
    long row = 0;
    try (Predictions all = Predictions.openHidden(predictions)) {
      for (Prediction one; (one = next(all)) != null; row++) {
        out.write((row + "\t" + label(one) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** The next one of this table; null after the last. */
  private @Nullable Prediction next(Predictions all) throws IOException {
    Prediction one = all.next();
    while (one != null && !SentenceFiles.part(one.key()).equals(table.getPart())) {
      one = all.next();
    }
    return one;
  }

  /** As the table's own labels are written; empty where there is none for it. */
  private String label(Prediction prediction) {
    Sentences sentences = task.getSentences();
    if (!task.getRegression()) {
      int predicted = prediction.predicted();
      boolean known = predicted >= 0 && predicted < sentences.getLabelCount();
      return known ? sentences.getLabel(predicted) : "";
    }
    double number = prediction.probabilities()[0];
    if (!Double.isFinite(number)) {
      return "";
    }
    double clipped = Math.max(sentences.getSmallest(), Math.min(sentences.getLargest(), number));
    return String.format(Locale.ROOT, "%.3f", clipped);
  }
}
