package io.hydrabeam.pipelines.catalog;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.Task;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/** What records are, in words. */
public enum RecordKind {
  /** Photographs and drawings. */
  IMAGE("image"),
  /** Sentences and pairs of sentences. */
  TEXT("text"),
  /** Of tasks of both kinds. */
  RECORD("record");

  private final String one;

  RecordKind(String one) {
    this.one = one;
  }

  /** Of a task. */
  public static RecordKind of(Task task) {
    return task.hasSentences() ? TEXT : IMAGE;
  }

  /** Of several tasks; of none, images. */
  public static RecordKind of(Collection<Task> tasks) {
    Set<RecordKind> kinds = EnumSet.noneOf(RecordKind.class);
    tasks.forEach(task -> kinds.add(of(task)));
    return kinds.isEmpty() ? IMAGE : kinds.size() > 1 ? RECORD : kinds.iterator().next();
  }

  /** Of records that were stored with some options. */
  public static RecordKind of(ImageOptions options) {
    return options.hasText() ? TEXT : IMAGE;
  }

  /** What a model reads. */
  public static RecordKind of(BackboneConfig model) {
    return model instanceof RobertaConfig ? TEXT : IMAGE;
  }

  /** The word for one. */
  public String one() {
    return one;
  }

  /** The word for several. */
  public String many() {
    return one + "s";
  }
}
