package io.hydrabeam.pipelines.sentences;

/**
 * A row of a table.
 *
 * @param number of the row, from 0, without the header
 * @param where it stands, as "train.tsv:17"
 * @param bytes of its line
 * @param first sentence; empty where there is a problem
 * @param second sentence; empty where the task has none
 * @param label as written; empty where the table has none
 * @param problem why it cannot be used, in one line; empty where it can
 */
public record SentenceRow(
    int number,
    String where,
    int bytes,
    String first,
    String second,
    String label,
    String problem) {

  static SentenceRow unusable(int number, String where, int bytes, String problem) {
    return new SentenceRow(number, where, bytes, "", "", "", problem);
  }
}
