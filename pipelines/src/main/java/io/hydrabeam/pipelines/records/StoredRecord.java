package io.hydrabeam.pipelines.records;

import io.hydrabeam.model.Samples;
import java.io.IOException;
import java.util.List;

/** A record of a task: an image or a text, and what is to be predicted of it. */
public sealed interface StoredRecord permits ImageRecord, TextRecord {

  /** Names it within its split. */
  String key();

  /** Classes, from 0; exactly one unless the task is multilabel; not copied. */
  int[] labels();

  /** The number that a regression is to predict; 0 where classes are. */
  float number();

  /**
   * Several records as a model takes them.
   *
   * @throws IOException if they are not all of one kind and, as images, of one size
   */
  static Samples samples(List<? extends StoredRecord> records) throws IOException {
    return records.get(0) instanceof ImageRecord
        ? ImageRecord.samples(of(ImageRecord.class, records))
        : TextRecord.samples(of(TextRecord.class, records));
  }

  private static <T extends StoredRecord> List<T> of(
      Class<T> kind, List<? extends StoredRecord> records) throws IOException {
    for (StoredRecord record : records) {
      if (!kind.isInstance(record)) {
        throw new IOException("record %s is of another kind".formatted(record.key()));
      }
    }
    return records.stream().map(kind::cast).toList();
  }

  /**
   * The class of a record of a single-label task.
   *
   * @throws IllegalStateException if it has several labels, or none
   */
  default int label() {
    if (labels().length != 1) {
      throw new IllegalStateException(
          "%s has %d labels, not one".formatted(key(), labels().length));
    }
    return labels()[0];
  }
}
