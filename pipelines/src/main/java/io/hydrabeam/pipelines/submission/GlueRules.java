package io.hydrabeam.pipelines.submission;

import io.hydrabeam.protos.Table;
import java.util.OptionalInt;

/**
 * GLUE's server takes a label for each row of a table, numbered from 0 in its order, and scores
 * none of them where some are missing.
 */
final class GlueRules {
  private final Table table;
  private final long tableRows;
  private long rows;

  /**
   * @param tableRows that the table has, those that were rejected included
   */
  GlueRules(Table table, long tableRows) {
    this.table = table;
    this.tableRows = tableRows;
  }

  /**
   * Checks the next row.
   *
   * @param row its number in the table; empty if its key does not tell it
   * @param label as it will be written; empty if the prediction stands for none
   */
  void row(OptionalInt row, String label) throws SubmissionException {
    if (row.isEmpty()) {
      throw refused("the key of row %d does not tell its number".formatted(rows));
    }
    if (row.getAsInt() < rows) {
      throw refused("row %d is predicted twice or out of order".formatted(row.getAsInt()));
    }
    if (row.getAsInt() > rows) {
      throw rejected();
    }
    if (label.isEmpty()) {
      throw refused("the prediction of row %d is no label".formatted(rows));
    }
    rows++;
  }

  /** Checks that there was a label for each row. */
  void end() throws SubmissionException {
    if (rows < tableRows) {
      throw rejected();
    }
    if (rows > tableRows) {
      throw refused("%d rows are predicted, the table has %d".formatted(rows, tableRows));
    }
  }

  private SubmissionException rejected() {
    return refused(
        "row %d of %d (from 0) was rejected by preprocess, whose bad_records.jsonl of the hidden"
                .formatted(rows, tableRows)
            + " records tells why, and the server takes predictions of all rows");
  }

  private SubmissionException refused(String reason) {
    return new SubmissionException(
        "%s is not written: table %s: %s"
            .formatted(table.getSubmission(), table.getFile(), reason));
  }
}
