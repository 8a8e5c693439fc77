package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.List;

/**
 * A source whose images come one after another, as in a packed archive. A reader that wants some of
 * them passes over all.
 */
interface StreamedSource extends ImageSource {

  /** What its records are. */
  default RecordKind kind() {
    return RecordKind.IMAGE;
  }

  /**
   * Shows a task's images, those of the splits that are named and maybe others, each once and in
   * the order in which they are published.
   *
   * @throws IOException naming the file if it is cut or damaged, or a disk or network fails
   */
  void stream(Task task, List<String> splits, Visitor visitor) throws IOException;

  /** How many records a thread makes ready at a time. */
  default int together() {
    return 1;
  }

  /** A record that is passed over. */
  @FunctionalInterface
  interface Passed {

    /**
     * Takes it out of its archive, which is possible while it is passed over only.
     *
     * @throws BadImageException if it is of no use
     */
    Preparation fetch() throws IOException, BadImageException;
  }

  /** A record in memory, to be made ready for a shard; maybe in another thread. */
  @FunctionalInterface
  interface Preparation {

    /**
     * Makes it ready.
     *
     * @throws BadImageException if it is of no use
     */
    PreparedRecord prepare(SplitPlan plan, ImageReference reference) throws BadImageException;
  }

  /** Looks at records that are passed over. */
  interface Visitor {

    /**
     * Is shown a record.
     *
     * @param key as its {@link io.hydrabeam.protos.ImageReference} has it
     * @param record can be fetched during this call only
     * @return whether more are wanted
     */
    boolean visit(String key, Passed record) throws IOException;
  }
}
